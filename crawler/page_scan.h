#pragma once

#include <memory>

#include "core/page.h"

namespace xuncha {

// Reads a decoded page once, by its tokens and without a tree, and gives everything that is in PageFacts.
// Linear in the text; never fails: any text gives facts. `document` must not be null. Pure, safe in any thread.
PageFacts scan_page(std::unique_ptr<DecodedText> document);

}  // namespace xuncha
