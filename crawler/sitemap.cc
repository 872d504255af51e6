#include "crawler/sitemap.h"

#include <expat.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_set>

#include "core/civil.h"
#include "core/url.h"
#include "crawler/ascii.h"
#include "crawler/charset.h"

namespace xuncha {
namespace {

using Kind = Sitemap::Kind;

Sitemap refuse(std::string reason) {
  Sitemap sitemap;
  sitemap.refusal = std::move(reason);
  return sitemap;
}

// Adds what is a URL, once; the bounds are here.
class Collector {
 public:
  explicit Collector(Sitemap& sitemap) : sitemap_(sitemap) {}

  bool is_full() const { return sitemap_.entries.size() >= limits::kSitemapUrlsMax; }

  void add(std::string_view text, std::optional<WallTime> lastmod) {
    text = trim_ascii(text);
    if (text.empty()) return;
    const UrlParse parsed = parse_url(text);
    if (!parsed.url) {
      ++sitemap_.ignored;
      return;
    }
    std::string url(parsed.url->without_fragment());
    if (!seen_.insert(url).second) return;
    if (is_full()) {
      sitemap_.cut = true;
      return;
    }
    sitemap_.entries.push_back({std::move(url), lastmod});
  }

 private:
  Sitemap& sitemap_;
  std::unordered_set<std::string> seen_;
};

// W3C date and time (also without seconds), or the date of RFC 822 with "GMT" or a numeric offset.
std::optional<WallTime> parse_lastmod(std::string_view text) {
  text = trim_ascii(text);
  if (const auto time = parse_time(text)) return time;
  if (text.size() > 16 && text[10] == 'T' && text[13] == ':' && text[16] != ':') {
    return parse_time(std::string(text.substr(0, 16)) + ":00" + std::string(text.substr(16)));
  }
  if (const auto time = parse_http_date(text)) return time;
  if (text.size() < 6 || text[text.size() - 6] != ' ') return std::nullopt;
  const std::string_view offset = text.substr(text.size() - 5);
  if (offset[0] != '+' && offset[0] != '-') return std::nullopt;
  if (!std::ranges::all_of(offset.substr(1), is_ascii_digit)) return std::nullopt;
  const auto time = parse_http_date(std::string(text.substr(0, text.size() - 5)) + "GMT");
  if (!time) return std::nullopt;
  const auto digit = [&](std::size_t at) { return offset[at] - '0'; };
  const auto minutes = std::chrono::minutes((digit(1) * 10 + digit(2)) * 60 + digit(3) * 10 + digit(4));
  return offset[0] == '+' ? *time - minutes : *time + minutes;
}

struct Unpacked {
  std::string text;
  bool cut = false;
  std::string refusal;
};

// All members of a gzip file, as far as they go.
Unpacked unpack(std::string_view bytes, std::size_t bytes_max) {
  Unpacked result;
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return {{}, false, "gzip: out of memory"};
  std::array<char, 64 << 10> buffer;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int state = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = buffer.size() - stream.avail_out;
    result.text.append(buffer.data(), std::min(got, bytes_max - result.text.size()));
    if (result.text.size() > limits::kBombFreeBytes && result.text.size() / limits::kBombRatioMax > bytes.size()) {
      result = {{}, false, "gzip: unpacks to more than " + std::to_string(limits::kBombRatioMax) + " times its size"};
      break;
    }
    if (result.text.size() >= bytes_max) {
      result.cut = true;
      break;
    }
    if (state == Z_STREAM_END) {
      const bool more = stream.avail_in > 2 && stream.next_in[0] == 0x1F && stream.next_in[1] == 0x8B;
      if (!more || inflateReset(&stream) != Z_OK) break;
    } else if (state != Z_OK) {
      result.cut = true;
      if (result.text.empty()) result.refusal = "gzip: damaged";
      break;
    } else if (stream.avail_in == 0 && got == 0) {
      result.cut = true;
      break;
    }
  }
  inflateEnd(&stream);
  return result;
}

// The name without its prefix: portals bind the prefixes and namespaces as they like.
std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Reads one XML document through expat. Where an element stands decides what it is: <loc> counts directly below <url>
// or <sitemap>, so those of image and video extensions do not.
class XmlReader {
 public:
  explicit XmlReader(Sitemap& sitemap) : sitemap_(sitemap), collector_(sitemap) {}

  void read(std::string_view text) {
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"),
                                                                              &XML_ParserFree);
    if (!parser) {
      sitemap_ = refuse("XML: out of memory");
      return;
    }
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, on_start, on_end);
    XML_SetCharacterDataHandler(parser_, on_text);
    XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
    XML_SetEntityDeclHandler(parser_, on_entity);
    // The whole text at once: this version of expat is quadratic in a token that spans many calls.
    if (XML_Parse(parser_, text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_OK) return;
    if (!refusal_.empty()) {
      sitemap_ = refuse(refusal_);
    } else if (!stopped_full_) {
      broke_off("XML: " + std::string(XML_ErrorString(XML_GetErrorCode(parser_))) + " in line " +
                std::to_string(XML_GetCurrentLineNumber(parser_)));
    }
  }

 private:
  // Malformed from here on: what was read stands, if there is something.
  void broke_off(std::string reason) {
    sitemap_.cut = true;
    if (!sitemap_.entries.empty()) return;
    sitemap_ = refuse(std::move(reason));
  }

  void stop(std::string reason) {
    refusal_ = std::move(reason);
    XML_StopParser(parser_, XML_FALSE);
  }

  static XmlReader& self(void* data) { return *static_cast<XmlReader*>(data); }

  static void XMLCALL on_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int internal) noexcept {
    if (internal != 0) self(data).stop("XML: document type with its own declarations");
  }

  static void XMLCALL on_entity(void* data, const XML_Char*, int, const XML_Char*, int, const XML_Char*,
                                const XML_Char*, const XML_Char*, const XML_Char*) noexcept {
    self(data).stop("XML: entity declaration");
  }

  static void XMLCALL on_start(void* data, const XML_Char* name, const XML_Char** attributes) noexcept {
    self(data).start(local_name(name), attributes);
  }

  static void XMLCALL on_end(void* data, const XML_Char*) noexcept { self(data).end(); }

  static void XMLCALL on_text(void* data, const XML_Char* text, int size) noexcept {
    self(data).take(std::string_view(text, static_cast<std::size_t>(size)));
  }

  void start(std::string_view name, const XML_Char** attributes) {
    if (path_.size() >= static_cast<std::size_t>(limits::kSitemapDepthMax)) {
      stop("XML: nested too deeply");
      return;
    }
    if (path_.empty() && !known_root(name)) {
      stop("XML: the root element is <" + std::string(name.substr(0, 40)) + ">");
      return;
    }
    path_.emplace_back(name.substr(0, 40));
    if (is_item(name) && item_depth_ == 0) {
      item_depth_ = path_.size();
      item_ = {};
      text_.clear();
    } else if (item_depth_ != 0 && path_.size() == item_depth_ + 1) {
      text_.clear();
      if (name == "link" && sitemap_.kind == Kind::kAtom) read_atom_link(attributes);
    }
  }

  bool known_root(std::string_view name) {
    static constexpr std::pair<std::string_view, Kind> kRoots[] = {{"urlset", Kind::kUrlSet},
                                                                   {"sitemapindex", Kind::kIndex},
                                                                   {"rss", Kind::kRss},
                                                                   {"RDF", Kind::kRss},
                                                                   {"feed", Kind::kAtom}};
    for (const auto& [root, kind] : kRoots) {
      if (!equals_ignoring_case(name, root)) continue;
      sitemap_.kind = kind;
      return true;
    }
    return false;
  }

  bool is_item(std::string_view name) const {
    switch (sitemap_.kind) {
      case Kind::kUrlSet:
        return name == "url";
      case Kind::kIndex:
        return name == "sitemap";
      case Kind::kRss:
        return name == "item";
      case Kind::kAtom:
        return name == "entry";
      default:
        return false;
    }
  }

  // RFC 4287 4.2.7.2: a link without "rel" is the entry itself, as "alternate" is.
  void read_atom_link(const XML_Char** attributes) {
    std::string_view href;
    std::string_view rel = "alternate";
    for (; *attributes != nullptr; attributes += 2) {
      if (std::string_view(attributes[0]) == "href") href = attributes[1];
      if (std::string_view(attributes[0]) == "rel") rel = attributes[1];
    }
    if (rel == "alternate" && item_.links.size() < 16) item_.links.emplace_back(href);
  }

  // Text counts in the children of an item, and in an item itself: some write an index without <loc>.
  void take(std::string_view text) {
    if (item_depth_ == 0) return;
    std::string* target = nullptr;
    if (path_.size() == item_depth_) target = &item_.text;
    if (path_.size() == item_depth_ + 1) target = &text_;
    if (target == nullptr || target->size() >= limits::kSitemapTextBytesMax) return;
    target->append(text.substr(0, limits::kSitemapTextBytesMax - target->size()));
  }

  void end() {
    if (!refusal_.empty()) return;  // expat still ends an empty element after it was stopped
    if (item_depth_ != 0 && path_.size() == item_depth_ + 1) {
      end_of_child(path_.back());
    } else if (item_depth_ != 0 && path_.size() == item_depth_) {
      end_of_item();
    }
    path_.pop_back();
  }

  void end_of_child(std::string_view name) {
    const std::string_view text = trim_ascii(text_);
    const bool is_feed = sitemap_.kind == Kind::kRss;
    if (name == (is_feed ? "link" : "loc") && sitemap_.kind != Kind::kAtom) {
      if (!text.empty() && item_.links.empty()) item_.links.emplace_back(text);
    } else if (name == "guid" && is_feed) {
      item_.guid = text;
    } else if (name == "lastmod" || name == "pubDate" || name == "date" || name == "updated") {
      item_.lastmod = parse_lastmod(text);
    }
  }

  void end_of_item() {
    item_depth_ = 0;
    if (item_.links.empty() && !item_.guid.empty() && parse_url(item_.guid).url) item_.links.push_back(item_.guid);
    const bool is_map = sitemap_.kind == Kind::kUrlSet || sitemap_.kind == Kind::kIndex;
    if (item_.links.empty() && is_map) item_.links.push_back(item_.text);
    for (const std::string& link : item_.links) collector_.add(link, item_.lastmod);
    if (sitemap_.cut && collector_.is_full()) {
      stopped_full_ = true;
      XML_StopParser(parser_, XML_FALSE);
    }
  }

  struct Item {
    std::vector<std::string> links;
    std::string guid;
    std::string text;
    std::optional<WallTime> lastmod;
  };

  Sitemap& sitemap_;
  Collector collector_;
  XML_Parser parser_ = nullptr;
  std::vector<std::string> path_;
  std::size_t item_depth_ = 0;  // length of path_ inside the open item, 0 when none is
  Item item_;
  std::string text_;  // of the open child of the item
  std::string refusal_;
  bool stopped_full_ = false;
};

Sitemap read_text_list(std::string_view text) {
  Sitemap sitemap;
  sitemap.kind = Kind::kText;
  Collector collector(sitemap);
  std::size_t at = 0;
  while (at < text.size() && !(sitemap.cut && collector.is_full())) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    collector.add(text.substr(at, std::min(end - at, limits::kSitemapTextBytesMax)), std::nullopt);
    at = end + 1;
    // The first lines tell a list from any other text.
    if (sitemap.entries.empty() && sitemap.ignored > 10) break;
  }
  if (sitemap.entries.empty()) return refuse("neither XML nor a list of URLs");
  return sitemap;
}

}  // namespace

std::string_view sitemap_kind_name(Sitemap::Kind kind) {
  switch (kind) {
    case Kind::kUrlSet:
      return "urlset";
    case Kind::kIndex:
      return "index";
    case Kind::kText:
      return "text";
    case Kind::kRss:
      return "rss";
    case Kind::kAtom:
      return "atom";
    case Kind::kRefused:
      break;
  }
  return "refused";
}

Sitemap parse_sitemap(std::string_view bytes, std::size_t bytes_max) {
  Unpacked unpacked;
  if (bytes.starts_with("\x1F\x8B")) {
    unpacked = unpack(bytes, bytes_max);
    if (!unpacked.refusal.empty()) return refuse(unpacked.refusal);
    bytes = unpacked.text;
  } else if (bytes.size() > bytes_max) {
    bytes = bytes.substr(0, bytes_max);
    unpacked.cut = true;
  }
  // XML and lists of URLs are UTF-8 unless they say otherwise.
  const DecodedText document =
      decode_document(bytes, DecodeOptions{.content_type = {}, .detect = true, .fallback = "utf-8", .is_html = false});
  const std::string_view text = trim_ascii(document.text);
  if (text.empty()) return refuse("empty");
  Sitemap sitemap;
  if (text.starts_with('<')) {
    XmlReader(sitemap).read(text);
  } else {
    sitemap = read_text_list(text);
  }
  if (sitemap.kind != Kind::kRefused) sitemap.cut = sitemap.cut || unpacked.cut;
  return sitemap;
}

}  // namespace xuncha
