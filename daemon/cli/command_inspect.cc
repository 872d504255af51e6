#include "daemon/cli/command_inspect.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/page.h"
#include "core/portal.h"
#include "core/url.h"
#include "crawler/charset.h"
#include "crawler/html_tree.h"
#include "crawler/page_scan.h"
#include "crawler/portal/data_list.h"
#include "crawler/portal/page_reader.h"
#include "daemon/cli/batch.h"
#include "detectors/column_class.h"

namespace xuncha {
namespace {

Json text_or_null(std::string_view text) {
  return text.empty() ? Json() : Json(std::string(text));
}

// HTML standard, "document base URL": the first <base href> against the page's own URL.
std::optional<Url> document_base(const PageFacts& facts, const std::optional<Url>& page) {
  if (facts.base.empty()) return page;
  UrlParse parsed = parse_url(facts.base, page ? &*page : nullptr);
  if (parsed.url) return std::move(parsed.url);
  return page;
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

Json day_or_null(const std::optional<CivilDay>& day) {
  return day ? Json(format_day(*day)) : Json();
}

Json column_json(const std::optional<ColumnFacts>& column) {
  if (!column) return Json();
  const ColumnClassing classing = class_column(column->name, column->type, column->path);
  return Json{{"name", text_or_null(column->name)},
              {"path", column->path},
              {"class", column_class_name(classing.column_class)}};
}

// Labels are the names of fields; of two that are equal the first counts.
Json fields_json(const ArticleFacts& article) {
  Json json = Json::object();
  for (const auto& [label, value] : article.fields) {
    if (!json.contains(label)) json[label] = text_or_null(value);
  }
  return json;
}

Json article_json(const std::optional<ArticleFacts>& article) {
  if (!article) return Json();
  return Json{{"title", text_or_null(article->title)},
              {"published", day_or_null(article->published)},
              {"published_source", text_or_null(day_source_name(article->published_source))},
              {"written", day_or_null(article->written)},
              {"effective", day_or_null(article->effective)},
              {"expires", day_or_null(article->expires)},
              {"updated", day_or_null(article->updated)},
              {"doc_number", text_or_null(article->doc_number)},
              {"source", text_or_null(article->source)},
              {"issued", text_or_null(article->issued)},
              {"validity", text_or_null(article->validity)},
              {"fields", fields_json(*article)}};
}

Json list_json(const std::optional<ListFacts>& list) {
  if (!list) return Json();
  Json items = Json::array();
  for (const ListItem& item : list->items) {
    items.push_back(Json{{"title", text_or_null(item.title)},
                         {"url", text_or_null(item.url)},
                         {"date", day_or_null(item.day)},
                         {"date_source", text_or_null(day_source_name(item.day_source))},
                         {"pinned", item.pinned}});
  }
  return Json{{"method", list_method_name(list->method)},
              {"confidence", list->confidence},
              {"items", std::move(items)},
              {"path", text_or_null(list->path)},
              {"next_page", text_or_null(list->next_page)},
              {"total_pages", list->total_pages ? Json(*list->total_pages) : Json()},
              {"total_items", list->total_items ? Json(*list->total_items) : Json()},
              {"says_empty", list->says_empty},
              {"script_rendered", list->script_rendered},
              {"data_url", text_or_null(list->data_url)}};
}

Json slots_json(const std::vector<SlotFacts>& slots) {
  Json json = Json::array();
  for (const SlotFacts& slot : slots) {
    Json items = Json::array();
    for (const SlotItem& item : slot.items) {
      items.push_back(Json{
          {"url", text_or_null(item.url)}, {"image", text_or_null(item.image)}, {"text", text_or_null(item.text)}});
    }
    json.push_back(Json{{"kind", slot.kind}, {"items", std::move(items)}});
  }
  return json;
}

Json footer_json(const FooterFacts& footer) {
  return Json{{"site_code", text_or_null(footer.site_code)},
              {"icp", text_or_null(footer.icp)},
              {"police", text_or_null(footer.police)},
              {"conac", text_or_null(footer.conac)},
              {"report_entry", text_or_null(footer.report_entry)}};
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
  const std::optional<Url> base = document_base(facts, url);
  const HtmlTree tree = HtmlTree::parse(facts.document->text);
  PortalFacts portal = read_portal_page(facts, tree.root(), url ? &*url : nullptr, page.now,
                                        page.selection ? &*page.selection : nullptr);
  if (page.ask_data && url && portal.list) {
    const std::optional<Url> data = address_of_data(*portal.list);
    const std::optional<std::string> answer = data ? page.ask_data(*data) : std::nullopt;
    if (answer) fill_list(*portal.list, *answer, *data, *url, page.now);
  }
  Json json;
  json["url"] = url ? Json(url->href()) : Json();
  json["charset"] = facts.document->charset;
  json["charset_source"] = charset_source_name(facts.document->source);
  json["replacement_characters"] = facts.document->replacement_characters;
  json["kind"] = page_kind_name(portal.kind);
  json["title"] = text_or_null(portal.title);
  json["site_name"] = text_or_null(portal.site_name);
  json["meta"] = meta_json(facts);
  json["column"] = column_json(portal.column);
  json["article"] = article_json(portal.article);
  json["list"] = list_json(portal.list);
  json["slots"] = slots_json(portal.slots);
  json["footer"] = footer_json(portal.footer);
  json["links"] = links_json(facts, base);
  json["text_characters"] = facts.text_characters;
  return json;
}

Result<std::optional<ListSelection>> parse_selection(const std::string& items, const std::string& date) {
  if (items.empty() && date.empty()) return std::optional<ListSelection>();
  if (items.empty()) return Error{ErrorCode::kUsage, "--date", "is looked for within an item; needs --items too"};
  ItemSelector::Parse of_items = ItemSelector::parse(items);
  if (!of_items.selector) return Error{ErrorCode::kUsage, "--items", items + " " + of_items.fault};
  ListSelection selection{std::move(*of_items.selector), std::nullopt};
  if (!date.empty()) {
    ItemSelector::Parse of_date = ItemSelector::parse(date);
    if (!of_date.selector) return Error{ErrorCode::kUsage, "--date", date + " " + of_date.fault};
    selection.date = std::move(of_date.selector);
  }
  return std::optional<ListSelection>(std::move(selection));
}

Result<Json> answer_inspect_question(const Json& question, WallTime now) {
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
                                           .content_type = content_type.value().value_or(""),
                                           .now = now});
  if (!facts) return facts.error();
  Json json = Json::object();
  if (const auto id = question.find("id"); id != question.end()) json["id"] = *id;
  json.update(facts.value());
  return json;
}

}  // namespace xuncha
