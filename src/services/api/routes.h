#pragma once

#include "services/api/api.h"

namespace bookreco {

// One group of routes per file.
void add_books_routes(Router& router, const Api& api);
void add_upsert_route(Router& router, const Api& api);
void add_facet_routes(Router& router, const Api& api);
void add_similar_routes(Router& router, const Api& api);
void add_search_routes(Router& router, const Api& api);
void add_recommend_routes(Router& router, const Api& api);
void add_also_loved_route(Router& router, const Api& api);
void add_session_route(Router& router, const Api& api);
void add_onboarding_routes(Router& router, const Api& api);
void add_readers_routes(Router& router, const Api& api);
void add_library_routes(Router& router, const Api& api);
void add_interactions_route(Router& router, const Api& api);
void add_meta_routes(Router& router, const Api& api);
void add_page_routes(Router& router);
void add_original_routes(Router& router);

}  // namespace bookreco
