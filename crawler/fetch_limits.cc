#include "crawler/fetch_limits.h"

#include <algorithm>

namespace xuncha {
namespace {

std::size_t class_body_bytes_max(FetchClass fetch_class) {
  switch (fetch_class) {
    case FetchClass::kPage:
    case FetchClass::kProbe:
      return limits::kPageBytesMax;
    case FetchClass::kAttachment:
      return limits::kAttachmentPrefixBytesMax;
    case FetchClass::kResource:
      return limits::kResourceBytesMax;
    case FetchClass::kExternal:
      return limits::kForeignPageBytesMax;
    case FetchClass::kRobots:
      return limits::kRobotsBytesMax;
    case FetchClass::kSitemap:
      return limits::kSitemapBytesMax;
  }
  return limits::kPageBytesMax;
}

}  // namespace

Milliseconds FetchLimits::total(FetchClass fetch_class) const {
  switch (fetch_class) {
    case FetchClass::kPage:
    case FetchClass::kExternal:
    case FetchClass::kSitemap:
      return page;
    case FetchClass::kAttachment:
    case FetchClass::kResource:
      return attachment;
    case FetchClass::kRobots:
      return robots;
    case FetchClass::kProbe:
      return probe;
  }
  return page;
}

std::size_t body_bytes_max(const FetchRequest& request) {
  const std::size_t bytes =
      request.body_bytes_max != 0 ? request.body_bytes_max : class_body_bytes_max(request.fetch_class);
  return request.prefix_only ? std::min(bytes, limits::kAttachmentPrefixBytesMax) : bytes;
}

}  // namespace xuncha
