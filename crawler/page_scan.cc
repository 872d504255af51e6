#include "crawler/page_scan.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "crawler/byte_search.h"
#include "crawler/character_references.h"
#include "crawler/css_links.h"
#include "crawler/html_scan.h"
#include "crawler/link_sources.h"
#include "crawler/meta_refresh.h"
#include "crawler/page_containers.h"
#include "crawler/page_hiding.h"
#include "crawler/script_links.h"
#include "crawler/srcset.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

constexpr std::uint64_t kId = name_key("id");
constexpr std::uint64_t kClass = name_key("class");
constexpr std::uint64_t kStyle = name_key("style");
constexpr std::uint64_t kTitle = name_key("title");
constexpr std::uint64_t kAlt = name_key("alt");
constexpr std::uint64_t kRel = name_key("rel");
constexpr std::uint64_t kHidden = name_key("hidden");
constexpr std::uint64_t kOnPrefix = name_key("on");
constexpr std::uint64_t kDataPrefix = name_key("data-");

bool has_prefix(std::uint64_t key, std::uint64_t prefix, unsigned bytes) {
  return ((key ^ prefix) & ((std::uint64_t{1} << (8 * bytes)) - 1)) == 0;
}

// Elements whose borders divide words.
bool divides_text(HtmlName element) {
  switch (element) {
    case HtmlName::kOther:
    case HtmlName::kA:
    case HtmlName::kArea:
    case HtmlName::kAudio:
    case HtmlName::kBase:
    case HtmlName::kDel:
    case HtmlName::kEmbed:
    case HtmlName::kImage:
    case HtmlName::kImg:
    case HtmlName::kIns:
    case HtmlName::kLink:
    case HtmlName::kMap:
    case HtmlName::kMeta:
    case HtmlName::kNoscript:
    case HtmlName::kObject:
    case HtmlName::kParam:
    case HtmlName::kPicture:
    case HtmlName::kScript:
    case HtmlName::kSource:
    case HtmlName::kStyle:
    case HtmlName::kTemplate:
    case HtmlName::kTrack:
    case HtmlName::kVideo:
    case HtmlName::kWbr:
      return false;
    default:
      return true;
  }
}

// The attributes of a tag that matter whatever the element.
struct CommonAttributes {
  const HtmlAttribute* id = nullptr;
  const HtmlAttribute* classes = nullptr;
  const HtmlAttribute* style = nullptr;
  const HtmlAttribute* title = nullptr;
  const HtmlAttribute* alt = nullptr;
  const HtmlAttribute* rel = nullptr;
  bool hidden = false;

  explicit CommonAttributes(const HtmlTag& tag) {
    for (const HtmlAttribute& attribute : tag.attributes) {
      switch (attribute.key) {
        case kId:
          id = &attribute;
          break;
        case kClass:
          classes = &attribute;
          break;
        case kStyle:
          style = &attribute;
          break;
        case kTitle:
          title = &attribute;
          break;
        case kAlt:
          alt = &attribute;
          break;
        case kRel:
          rel = &attribute;
          break;
        case kHidden:
          hidden = true;
          break;
        default:
          break;
      }
    }
  }
};

std::string_view raw_value(const HtmlAttribute* attribute) {
  return attribute == nullptr ? std::string_view() : attribute->value;
}

// Gathers the text of an open element for its links or for a heading. Text that stands in the document as it is shown
// is kept as a view, else built.
struct TextCapture {
  HtmlName element = HtmlName::kOther;
  std::uint64_t name = 0;
  std::size_t depth = 0;  // open elements of that name inside
  bool is_heading = false;
  std::size_t first_link = 0;
  std::size_t link_count = 0;
  std::string_view view;  // the only piece so far, when it needs no change
  bool view_ends_with_space = false;
  bool built = false;  // `text` counts, not `view`
  CollapsedText text{limits::kHeadingBytesMax};
  std::string_view alt;    // of the first image inside, raw
  std::string_view title;  // attribute, raw

  void start() {
    depth = 0;
    view = {};
    view_ends_with_space = false;
    built = false;
    text.clear();
    alt = title = {};
  }
  std::size_t bytes() const { return built ? text.text().size() : view.size(); }

  void append(std::string_view piece, HtmlText kind) {
    if (bytes() >= limits::kHeadingBytesMax) return;
    if (!built) {
      const std::string_view stripped = strip_all_space(piece);
      if (stripped.empty()) {
        view_ends_with_space = view_ends_with_space || !piece.empty();
        return;
      }
      if (view.empty() && find_uncollapsed(stripped, 0) == stripped.size()) {
        view = stripped;
        view_ends_with_space = stripped.data() + stripped.size() != piece.data() + piece.size();
        return;
      }
      built = true;
      text.append(view, HtmlText::kRaw);
      if (view_ends_with_space) text.add_break();
    }
    text.append(piece, kind);
  }
  void add_break() {
    view_ends_with_space = true;
    if (built) text.add_break();
  }
};

// Opens the containers that markup written by a script leaves open around what follows; no links, no text.
class WrittenMarkup {
 public:
  WrittenMarkup(ContainerStack& containers, std::size_t offset) : containers_(containers), offset_(offset) {}

  void on_start_tag(const HtmlTag& tag) {
    const CommonAttributes common(tag);
    ContainerStack::Marks marks;
    marks.hides = tag_hides(tag) || (common.style != nullptr && style_hides(common.style->value));
    marks.by_script = true;
    if (marks.hides) containers_.open(tag.id, tag.name, offset_, marks);
  }
  void on_end_tag(const HtmlTag& tag) { containers_.close_written(tag.id, tag.name); }
  void on_text(std::string_view, HtmlText) {}

 private:
  ContainerStack& containers_;
  std::size_t offset_;
};

class PageScanner {
 public:
  explicit PageScanner(PageFacts& facts) : facts_(facts), text_(facts.document->text) {
    facts_.links.reserve(std::min<std::size_t>(text_.size() / 256, 256));
    visible_.reserve(std::min(text_.size() / 4, limits::kVisibleTextBytesMax));
  }

  void run() {
    scan_html(text_, *this);
    while (capture_count_ > 0) finish_capture(capture_count_ - 1);
    facts_.visible_text = visible_.take();
    facts_.text_characters = visible_.characters();
  }

  void on_start_tag(const HtmlTag& tag) {
    last_start_ = tag.id;
    containers_.close_implied(tag.id);
    if (divides_text(tag.id)) add_break();
    const CommonAttributes common(tag);
    open_container(tag, common);
    close_captures_before(tag);
    tag_line_ = 0;
    const std::size_t first_link = facts_.links.size();
    switch (tag.id) {
      case HtmlName::kMeta:
        read_meta(tag);
        break;
      case HtmlName::kBase:
        if (facts_.base.empty()) {
          if (const HtmlAttribute* const href = tag.find("href")) facts_.base = strip_html_space(decoded(*href));
        }
        break;
      case HtmlName::kLink:
        read_link_element(tag, common);
        break;
      case HtmlName::kFrameset:
        facts_.has_frameset = true;
        break;
      case HtmlName::kScript:
        facts_.has_script = true;
        script_is_code_ = holds_code(tag);
        break;
      default:
        break;
    }
    if (!tag.attributes.empty()) read_links(tag, common);
    start_captures(tag, common, first_link);
  }

  void on_end_tag(const HtmlTag& tag) {
    if (divides_text(tag.id)) add_break();
    for (std::size_t index = capture_count_; index-- > 0;) {
      TextCapture& capture = captures_[index];
      if (!same_element(capture, tag)) continue;
      if (capture.depth > 0) {
        --capture.depth;
      } else {
        finish_capture(index);
      }
    }
    containers_.close(tag.id, tag.name);
  }

  void on_text(std::string_view piece, HtmlText kind) {
    if (kind == HtmlText::kData || kind == HtmlText::kCdata) {
      if (containers_.text_shown()) visible_.append(piece, kind);
      for (std::size_t index = 0; index < capture_count_; ++index) captures_[index].append(piece, kind);
      return;
    }
    switch (last_start_) {
      case HtmlName::kTitle:
        if (facts_.title.empty()) facts_.title = collapsed(piece, kind, limits::kTitleBytesMax);
        break;
      case HtmlName::kStyle:
        read_style_sheet(piece);
        break;
      case HtmlName::kScript:
        if (script_is_code_) read_script(piece);
        break;
      case HtmlName::kXmp:
      case HtmlName::kPlaintext:
        if (containers_.text_shown()) visible_.append(piece, kind);
        break;
      default:
        break;  // what is typed into a form, or stands for browsers without frames
    }
  }

 private:
  // --- text -------------------------------------------------------------------------------------------------------
  void add_break() {
    visible_.add_break();
    for (std::size_t index = 0; index < capture_count_; ++index) captures_[index].add_break();
  }

  std::string_view collapsed(std::string_view raw, HtmlText kind, std::size_t bytes_max) {
    const std::string_view stripped = strip_all_space(raw);
    if (find_uncollapsed(stripped, 0) == stripped.size()) return cut_utf8(stripped, bytes_max);
    CollapsedText text(bytes_max);
    text.append(stripped, kind);
    return facts_.arena.keep(text.text());
  }

  std::string_view decoded(const HtmlAttribute& attribute) {
    if (!attribute.needs_decoding) return attribute.value;
    scratch_.clear();
    append_decoded(attribute.value, ReferencePlace::kAttribute, scratch_);
    return facts_.arena.keep(scratch_);
  }

  // An attribute as text to read: of alt and title.
  std::string_view attribute_text(std::string_view raw) {
    const std::string_view stripped = strip_all_space(raw);
    if (find_uncollapsed(stripped, 0) == stripped.size()) return cut_utf8(stripped, limits::kAnchorTextBytesMax);
    std::string plain;
    append_decoded(stripped, ReferencePlace::kAttribute, plain);
    CollapsedText text(limits::kAnchorTextBytesMax);
    text.append(plain, HtmlText::kRaw);
    return facts_.arena.keep(text.text());
  }

  // --- places -----------------------------------------------------------------------------------------------------
  std::uint32_t line_at(std::size_t offset) {
    if (offset > line_offset_) {
      line_ += static_cast<std::uint32_t>(count_line_feeds(text_.data() + line_offset_, text_.data() + offset));
      line_offset_ = offset;
    }
    return line_;
  }

  void open_container(const HtmlTag& tag, const CommonAttributes& common) {
    ContainerStack::Marks marks;
    marks.hides = (common.style != nullptr && styles_.hides(common.style->value)) ||
                  ((common.hidden || tag.id == HtmlName::kMarquee) && tag_hides(tag));
    if (!marks.hides && !hidden_selectors_.empty()) {
      marks.hides = hidden_selectors_.hides(raw_value(common.id), raw_value(common.classes));
    }
    self_hidden_ = marks.hides;
    marks.mutes = tag.id == HtmlName::kNoscript || tag.id == HtmlName::kTemplate;
    marks.region = landmark_region(tag.id);
    marks.is_landmark = marks.region != Region::kNone;
    if (!marks.is_landmark && (common.id != nullptr || common.classes != nullptr) &&
        ContainerStack::may_have_region(tag.id)) {
      marks.region = word_region(raw_value(common.id), raw_value(common.classes));
    }
    containers_.open(tag.id, tag.name, tag.begin, marks);
  }

  // --- links ------------------------------------------------------------------------------------------------------
  // Adds a link whose `raw` and `attribute` live as long as the facts.
  void add_link(const HtmlTag& tag, std::string_view attribute, std::string_view raw, LinkRole role,
                std::string_view rel = {}) {
    if (facts_.links.size() >= limits::kLinksPerPageMax) {
      facts_.links_cut = true;
      return;
    }
    if (tag_line_ == 0) tag_line_ = line_at(tag.begin);
    Link& link = facts_.links.emplace_back();
    link.raw = strip_html_space(raw);
    link.tag = tag_name(tag);
    link.attribute = attribute;
    link.rel = rel;
    link.role = role;
    link.region = containers_.region();
    link.hidden = self_hidden_ || containers_.hidden();
    link.line = tag_line_;
    link.container = containers_.container();
  }

  std::string_view tag_name(const HtmlTag& tag) {
    return tag.id == HtmlName::kOther ? lower(tag.name) : html_name_text(tag.id);
  }

  // `name` in lower case, living as long as the facts.
  std::string_view lower(std::string_view name) {
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (std::none_of(name.begin(), name.end(), is_capital)) return name;
    scratch_.assign(name);
    for (char& c : scratch_) c = is_capital(c) ? static_cast<char>(c | 0x20) : c;
    return facts_.arena.keep(scratch_);
  }

  void add_resource(const HtmlTag& tag, std::string_view attribute, std::string_view raw, LinkRole role) {
    if (role == LinkRole::kResource) {
      raw = strip_html_space(raw);
      if (raw.size() >= 5 && equals_lower(raw.substr(0, 5), "data:")) return;  // holds itself, needs no request
    }
    add_link(tag, attribute, raw, role);
  }

  void read_links(const HtmlTag& tag, const CommonAttributes& common) {
    const std::span<const LinkSource> sources = link_sources(tag.id);
    for (const HtmlAttribute& attribute : tag.attributes) {
      if (attribute.cut) {
        facts_.links_cut |= !attribute.value.starts_with("data:");
        continue;
      }
      const LinkSource* source = nullptr;
      for (const LinkSource& candidate : sources) {
        if (candidate.key == attribute.key && equals_lower(attribute.name, candidate.attribute)) source = &candidate;
      }
      if (source != nullptr) {
        read_source(tag, common, attribute, *source);
      } else if (attribute.key == kStyle) {
        read_style_attribute(tag, attribute);
      } else if (has_prefix(attribute.key, kOnPrefix, 2)) {
        if (may_change_location(attribute.value)) read_handler(tag, decoded(attribute), lower(attribute.name));
      } else if (has_prefix(attribute.key, kDataPrefix, 5)) {
        read_data_attribute(tag, attribute);
      } else if (tag.id == HtmlName::kOption && attribute.key == name_key("value")) {
        const std::string_view value = strip_html_space(attribute.value);
        if (is_address_like(value)) add_link(tag, "value", decoded(attribute), LinkRole::kPage);
      }
    }
  }

  void read_source(const HtmlTag& tag, const CommonAttributes& common, const HtmlAttribute& attribute,
                   const LinkSource& source) {
    if (tag.id == HtmlName::kInput && source.role == LinkRole::kResource) {
      const HtmlAttribute* const type = tag.find("type");
      if (type == nullptr || !equals_lower(strip_html_space(type->value), "image")) return;
    }
    const std::string_view value = decoded(attribute);
    if (source.syntax == LinkSyntax::kSrcset) {
      each_srcset_url(value, [&](std::string_view url) { add_resource(tag, source.attribute, url, source.role); });
      return;
    }
    if (source.role != LinkRole::kPage) {
      if (!strip_html_space(value).empty()) add_resource(tag, source.attribute, value, source.role);
      return;
    }
    add_link(tag, source.attribute, value, source.role,
             common.rel == nullptr ? std::string_view() : decoded(*common.rel));
    const std::string_view raw = strip_html_space(value);
    constexpr std::string_view kScheme = "javascript:";
    if (raw.size() > kScheme.size() && equals_lower(raw.substr(0, kScheme.size()), kScheme)) {
      const std::string_view code = raw.substr(kScheme.size());
      if (may_change_location(code)) read_handler(tag, code, source.attribute);
    }
  }

  void read_handler(const HtmlTag& tag, std::string_view code, std::string_view attribute) {
    const ScriptLinks found = scan_script_links(code);
    facts_.unreadable_script_links += found.computed;
    for (const ScriptLink& link : found.literals) {
      add_link(tag, attribute, facts_.arena.keep(strip_html_space(link.url)), LinkRole::kPage);
    }
  }

  void read_data_attribute(const HtmlTag& tag, const HtmlAttribute& attribute) {
    const std::string_view value = strip_html_space(attribute.value);
    if (attribute.name.size() > 6 && equals_lower(attribute.name.substr(attribute.name.size() - 6), "srcset")) {
      const std::string_view plain = decoded(attribute);
      each_srcset_url(plain, [&](std::string_view url) {
        if (is_address_like(url)) add_link(tag, lower(attribute.name), url, LinkRole::kResource);
      });
    } else if (is_address_like(value)) {
      add_link(tag, lower(attribute.name), decoded(attribute), data_attribute_role(tag.id, attribute.name));
    }
  }

  void read_style_attribute(const HtmlTag& tag, const HtmlAttribute& attribute) {
    if (attribute.value.find('(') == std::string_view::npos) return;
    scan_css(decoded(attribute), [&](const CssReference& reference) {
      const std::string_view raw = reference.is_view ? reference.value : facts_.arena.keep(reference.value);
      add_resource(tag, "style", raw, LinkRole::kResource);
    });
  }

  void read_style_sheet(std::string_view css) {
    hidden_selectors_.add_style_sheet(css);
    HtmlTag tag;
    tag.id = HtmlName::kStyle;
    const std::size_t begin = static_cast<std::size_t>(css.data() - text_.data());
    scan_css(css, [&](const CssReference& reference) {
      tag_line_ = 0;
      tag.begin = begin + reference.offset;
      add_resource(tag, reference.is_import ? "@import" : "url()",
                   reference.is_view ? reference.value : facts_.arena.keep(reference.value), LinkRole::kResource);
    });
  }

  void read_link_element(const HtmlTag& tag, const CommonAttributes& common) {
    const HtmlAttribute* const href = tag.find("href");
    LinkRole role = LinkRole::kHint;
    if (href == nullptr || href->cut || !link_element_role(raw_value(common.rel), role)) return;
    const std::string_view raw = strip_html_space(decoded(*href));
    if (raw.empty() || (role == LinkRole::kResource && raw.starts_with("data:"))) return;
    add_link(tag, "href", raw, role, common.rel == nullptr ? std::string_view() : decoded(*common.rel));
  }

  void read_meta(const HtmlTag& tag) {
    const HtmlAttribute* const content = tag.find("content");
    if (content == nullptr) return;
    const HtmlAttribute* const equivalent = tag.find("http-equiv");
    if (equivalent != nullptr && equals_lower(strip_html_space(equivalent->value), "refresh")) {
      read_refresh(tag, decoded(*content));
      return;
    }
    const HtmlAttribute* name = tag.find("name");
    if (name == nullptr) name = tag.find("property");
    if (name == nullptr || facts_.meta.size() >= limits::kMetaMax) return;
    facts_.meta.emplace_back(lower(strip_html_space(decoded(*name))),
                             cut_utf8(strip_html_space(decoded(*content)), limits::kMetaContentBytesMax));
  }

  void read_refresh(const HtmlTag& tag, std::string_view content) {
    const auto refresh = parse_meta_refresh(content);
    if (!refresh) return;
    if (!facts_.refresh) facts_.refresh = MetaRefresh{refresh->seconds, refresh->url, line_at(tag.begin)};
    if (!refresh->url.empty()) add_link(tag, "content", refresh->url, LinkRole::kPage);
  }

  // --- scripts ----------------------------------------------------------------------------------------------------
  // Whether the text of a script element is JavaScript: not data, not a template.
  static bool holds_code(const HtmlTag& tag) {
    const HtmlAttribute* const type = tag.find("type");
    if (type == nullptr || strip_html_space(type->value).empty()) return true;
    const std::string_view value = strip_html_space(type->value);
    return value.find("cript") != std::string_view::npos || value.find("CRIPT") != std::string_view::npos ||
           equals_lower(value, "module");
  }

  void read_script(std::string_view code) {
    if (may_change_location(code)) {
      const ScriptLinks found = scan_script_links(code);
      facts_.unreadable_script_links += found.computed;
      for (const ScriptLink& link : found.literals) {
        if (link.top_level && !link.opens_window && facts_.script_redirect.empty()) {
          facts_.script_redirect = facts_.arena.keep(strip_html_space(link.url));
        }
      }
    }
    for (const std::string& markup : written_markup(code)) {
      WrittenMarkup handler(containers_, static_cast<std::size_t>(code.data() - text_.data()));
      scan_html(markup, handler);
    }
  }

  // --- captures ---------------------------------------------------------------------------------------------------
  static bool same_element(const TextCapture& capture, const HtmlTag& tag) {
    return capture.element == tag.id && (tag.id != HtmlName::kOther || capture.name == name_key(tag.name));
  }

  // A start tag of the same name nests, but ends a link, an option or a heading.
  void close_captures_before(const HtmlTag& tag) {
    for (std::size_t index = capture_count_; index-- > 0;) {
      TextCapture& capture = captures_[index];
      if (!same_element(capture, tag)) continue;
      if (capture.is_heading || tag.id == HtmlName::kA || tag.id == HtmlName::kOption || tag.id == HtmlName::kLi ||
          tag.id == HtmlName::kTd || tag.id == HtmlName::kP || tag.id == HtmlName::kTr) {
        finish_capture(index);
      } else {
        ++capture.depth;
      }
    }
  }

  void start_captures(const HtmlTag& tag, const CommonAttributes& common, std::size_t first_link) {
    const std::size_t links = facts_.links.size() - first_link;
    const bool heading = tag.id == HtmlName::kH1 || tag.id == HtmlName::kH2 || tag.id == HtmlName::kH3;
    if (heading && facts_.headings.size() < limits::kHeadingsMax) start_capture(tag, common, true, 0, 0);
    if (common.alt != nullptr) {
      for (std::size_t index = 0; index < capture_count_; ++index) {
        if (captures_[index].alt.empty()) captures_[index].alt = common.alt->value;
      }
    }
    if (links == 0) return;
    if (is_void_element(tag.id) || takes_no_text(tag.id)) {
      const std::string_view raw = common.alt != nullptr ? common.alt->value : raw_value(common.title);
      const std::string_view text = raw.empty() ? std::string_view() : attribute_text(raw);
      for (std::size_t index = first_link; index < facts_.links.size(); ++index) facts_.links[index].text = text;
      return;
    }
    start_capture(tag, common, false, first_link, links);
  }

  // Elements whose links are not named by the text inside.
  static bool takes_no_text(HtmlName element) {
    switch (element) {
      case HtmlName::kBody:
      case HtmlName::kForm:
      case HtmlName::kFrameset:
      case HtmlName::kHtml:
      case HtmlName::kIframe:
      case HtmlName::kScript:
      case HtmlName::kSelect:
      case HtmlName::kTable:
      case HtmlName::kVideo:
      case HtmlName::kAudio:
        return true;
      default:
        return false;
    }
  }

  void start_capture(const HtmlTag& tag, const CommonAttributes& common, bool heading, std::size_t first_link,
                     std::size_t links) {
    if (capture_count_ == captures_.size()) finish_capture(0);
    TextCapture& capture = captures_[capture_count_++];
    capture.start();
    capture.element = tag.id;
    capture.name = tag.id == HtmlName::kOther ? name_key(tag.name) : 0;
    capture.is_heading = heading;
    capture.first_link = first_link;
    capture.link_count = links;
    capture.title = raw_value(common.title);
  }

  void finish_capture(std::size_t index) {
    TextCapture& capture = captures_[index];
    std::string_view text = capture.built ? facts_.arena.keep(capture.text.text()) : capture.view;
    if (text.empty() && !capture.alt.empty()) text = attribute_text(capture.alt);
    if (text.empty() && !capture.title.empty()) text = attribute_text(capture.title);
    if (capture.is_heading) {
      text = cut_utf8(text, limits::kHeadingBytesMax);
      if (!text.empty() && facts_.headings.size() < limits::kHeadingsMax) facts_.headings.push_back(text);
    } else {
      text = cut_utf8(text, limits::kAnchorTextBytesMax);
      for (std::size_t link = 0; link < capture.link_count; ++link) facts_.links[capture.first_link + link].text = text;
    }
    std::rotate(captures_.begin() + static_cast<std::ptrdiff_t>(index),
                captures_.begin() + static_cast<std::ptrdiff_t>(index) + 1,
                captures_.begin() + static_cast<std::ptrdiff_t>(capture_count_));
    --capture_count_;
  }

  PageFacts& facts_;
  const std::string_view text_;
  ContainerStack containers_;
  HiddenSelectors hidden_selectors_;
  StyleMemory styles_;
  CollapsedText visible_{limits::kVisibleTextBytesMax};
  std::array<TextCapture, limits::kTextCapturesMax> captures_;
  std::size_t capture_count_ = 0;
  std::string scratch_;
  HtmlName last_start_ = HtmlName::kOther;
  bool script_is_code_ = false;
  bool self_hidden_ = false;
  std::size_t line_offset_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t tag_line_ = 0;  // of the tag at hand, 0 while nobody asked
};

}  // namespace

PageFacts scan_page(std::unique_ptr<DecodedText> document) {
  PageFacts facts;
  facts.document = std::move(document);
  PageScanner(facts).run();
  return facts;
}

}  // namespace xuncha
