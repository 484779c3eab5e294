#include "services/api/api.h"

#include "services/api/routes.h"

namespace bookreco {

void Api::add_routes(Router& router) const {
  add_books_routes(router, *this);
  add_upsert_route(router, *this);
  add_facet_routes(router, *this);
  add_similar_routes(router, *this);
  add_search_routes(router, *this);
  add_recommend_routes(router, *this);
  add_also_loved_route(router, *this);
  add_session_route(router, *this);
  add_onboarding_routes(router, *this);
  add_readers_routes(router, *this);
  add_library_routes(router, *this);
  add_interactions_route(router, *this);
  add_meta_routes(router, *this);
  add_page_routes(router);
  add_original_routes(router);
}

}  // namespace bookreco
