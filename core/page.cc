#include "core/page.h"

namespace xuncha {

std::string_view region_name(Region region) {
  switch (region) {
    case Region::kNone:
      return "";
    case Region::kHead:
      return "head";
    case Region::kNav:
      return "nav";
    case Region::kMain:
      return "main";
    case Region::kAside:
      return "aside";
    case Region::kFooter:
      return "footer";
  }
  return "";
}

std::string_view charset_source_name(CharsetSource source) {
  switch (source) {
    case CharsetSource::kNone:
      return "none";
    case CharsetSource::kBom:
      return "bom";
    case CharsetSource::kHeader:
      return "header";
    case CharsetSource::kMeta:
      return "meta";
    case CharsetSource::kDetected:
      return "detected";
    case CharsetSource::kFallback:
      return "fallback";
  }
  return "none";
}

}  // namespace xuncha
