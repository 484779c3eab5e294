// Our server with one inline handler that appends a body of BYTES: `same_answer PORT BYTES`, then
// wrk, beside bare_beast.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include "telemetry/metrics.h"
#include "transport/http_server.h"

int main(int argc, char** argv) {
  using namespace bookreco;
  if (argc != 3) {
    std::cerr << "usage: same_answer PORT BYTES\n";
    return EXIT_FAILURE;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const std::string body(std::stoul(argv[2]), 'x');
  Router router;
  router.add({HttpMethod::kGet,
              "/v1/books/{id}/similar",
              RunOn::kInline,
              true,
              [&body](const HttpRequest&, HttpResponse& response) {
                response.body += body;
                return Status();
              }});
  HttpSettings settings;
  settings.port = static_cast<std::uint16_t>(std::stoi(argv[1]));
  Metrics metrics;
  const Log log;
  const auto server = HttpServer::start(settings, router, metrics, log);
  if (!server) {
    std::cerr << server.error().message << '\n';
    return EXIT_FAILURE;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  (*server)->stop(std::chrono::seconds(1));
}
