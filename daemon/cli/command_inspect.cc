#include "daemon/cli/command_inspect.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/page.h"
#include "core/url.h"
#include "crawler/charset.h"
#include "crawler/page_scan.h"
#include "daemon/cli/batch.h"

namespace xuncha {
namespace {

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(std::string(text));
}

// HTML standard, "document base URL": the first <base href> against the page's own URL.
std::optional<Url> document_base(const PageFacts& facts, const std::optional<Url>& page) {
  if (facts.base.empty()) return page;
  UrlParse parsed = parse_url(facts.base, page ? &*page : nullptr);
  return parsed.url ? std::move(parsed.url) : page;
}

// The first content of each name.
Json meta_json(const PageFacts& facts) {
  Json json = Json::object();
  for (const auto& [name, content] : facts.meta) {
    const std::string key(name);
    if (!json.contains(key)) json[key] = std::string(content);
  }
  return json;
}

Json links_json(const PageFacts& facts, const std::optional<Url>& base) {
  const QueryEncoder encoder = query_encoder_for(facts.document->charset);
  Json list = Json::array();
  for (const Link& link : facts.links) {
    // An empty reference and one that is only a fragment stay on the page: no link.
    const bool stays = link.raw.empty() || link.raw.starts_with('#');
    const UrlParse parsed = stays ? UrlParse{} : parse_url(link.raw, base ? &*base : nullptr, encoder);
    list.push_back(Json{{"url", parsed.url ? Json(parsed.url->href()) : Json()},
                        {"raw", std::string(link.raw)},
                        {"text", std::string(link.text)},
                        {"tag", std::string(link.tag)},
                        {"attribute", std::string(link.attribute)},
                        {"region", text_or_null(region_name(link.region))},
                        {"rel", text_or_null(link.rel)},
                        {"line", link.line}});
  }
  return list;
}

}  // namespace

Result<Json> inspect_page(const PageSource& page) {
  std::optional<Url> url;
  if (!page.base.empty()) {
    url = parse_url(page.base).url;
    if (!url) return Error{ErrorCode::kUsage, page.base, "is no absolute http(s) URL"};
  }
  DecodeOptions options;
  options.content_type = page.content_type;
  const PageFacts facts = scan_page(std::make_unique<DecodedText>(decode_document(page.bytes, options)));
  const Json meta = meta_json(facts);
  const auto site_name = meta.find("sitename");  // domain.md 2.4
  Json json;
  json["url"] = url ? Json(url->href()) : Json();
  json["charset"] = facts.document->charset;
  json["charset_source"] = charset_source_name(facts.document->source);
  json["replacement_characters"] = facts.document->replacement_characters;
  json["kind"] = Json();
  json["title"] = text_or_null(facts.title);
  json["site_name"] = site_name != meta.end() ? *site_name : Json();
  json["meta"] = meta;
  json["column"] = Json();
  json["article"] = Json();
  json["list"] = Json();
  json["slots"] = Json::array();
  json["footer"] = Json();
  json["links"] = links_json(facts, document_base(facts, url));
  json["text_characters"] = facts.text_characters;
  return json;
}

Result<Json> answer_inspect_question(const Json& question) {
  const auto file = required_text(question, "file");
  if (!file) return file.error();
  const auto base = text_field(question, "base");
  if (!base) return base.error();
  const auto content_type = text_field(question, "content_type");
  if (!content_type) return content_type.error();
  auto bytes = read_input_file(file.value());
  if (!bytes) return bytes.error();
  const Result<Json> facts = inspect_page({.bytes = std::move(bytes).value(),
                                           .base = base.value().value_or(""),
                                           .content_type = content_type.value().value_or("")});
  if (!facts) return facts.error();
  Json json = Json::object();
  if (const auto id = question.find("id"); id != question.end()) json["id"] = *id;
  json.update(facts.value());
  return json;
}

}  // namespace xuncha
