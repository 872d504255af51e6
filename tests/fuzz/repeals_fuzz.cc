// Any text: repeals, passed events and notices of works are found in time, and within their bounds.
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/check.h"
#include "crawler/portal/building_notice.h"
#include "crawler/portal/repeals.h"
#include "detectors/document_validity.h"
#include "detectors/passed_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view title = text.substr(0, text.find('\n'));
  (void)xuncha::may_repeal(title, text);
  const std::vector<xuncha::RepealStatement> repeals = xuncha::read_repeals(title, text);
  CHECK(repeals.size() <= xuncha::kRepealsMax);
  for (const xuncha::RepealStatement& repeal : repeals) {
    CHECK(!repeal.title.empty() && repeal.title.size() <= 600 && repeal.sentence.size() <= 240);
    CHECK(xuncha::document_keys_of(repeal.title).size() <= 4);
    (void)xuncha::document_number_key(repeal.number);
  }
  CHECK(xuncha::building_notice(text).size() <= text.size());
  (void)xuncha::passed_event(title, xuncha::WallTime(xuncha::Milliseconds(1'800'000'000'000)));
  return 0;
}
