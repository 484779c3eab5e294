#pragma once

#include "base/result.h"

namespace bookreco {

/// Parses the command line, runs the command and answers the process's exit code (sysexits.h): 0
/// done, 64 wrong usage, 65 wrong input, 66 no such thing, 69 something needed is not there, 70 a
/// bug, 74 disk or damaged data, 75 try again, 77 not allowed, 78 wrong configuration.
int run_command_line(int argc, char** argv);

/// The exit code that stands for an error.
int exit_code(Code code);

}  // namespace bookreco
