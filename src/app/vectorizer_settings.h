#pragma once

#include "app/settings.h"
#include "services/vectorizer/vectorizer_service.h"

namespace bookreco {

VectorizerSettings vectorizer_settings(const Settings& settings);

}  // namespace bookreco
