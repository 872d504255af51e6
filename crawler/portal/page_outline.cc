#include "crawler/portal/page_outline.h"

#include "core/code_points.h"
#include "crawler/page_containers.h"
#include "crawler/page_hiding.h"
#include "crawler/portal/portal_text.h"
#include "crawler/text_collapse.h"

namespace xuncha {
namespace {

// Where text before and behind does not stand in one line.
bool breaks_line(HtmlName name) {
  switch (name) {
    case HtmlName::kAddress:
    case HtmlName::kArticle:
    case HtmlName::kAside:
    case HtmlName::kBlockquote:
    case HtmlName::kBody:
    case HtmlName::kBr:
    case HtmlName::kCaption:
    case HtmlName::kCenter:
    case HtmlName::kDd:
    case HtmlName::kDetails:
    case HtmlName::kDialog:
    case HtmlName::kDir:
    case HtmlName::kDiv:
    case HtmlName::kDl:
    case HtmlName::kDt:
    case HtmlName::kFieldset:
    case HtmlName::kFigcaption:
    case HtmlName::kFigure:
    case HtmlName::kFooter:
    case HtmlName::kForm:
    case HtmlName::kH1:
    case HtmlName::kH2:
    case HtmlName::kH3:
    case HtmlName::kH4:
    case HtmlName::kH5:
    case HtmlName::kH6:
    case HtmlName::kHeader:
    case HtmlName::kHr:
    case HtmlName::kLi:
    case HtmlName::kListing:
    case HtmlName::kMain:
    case HtmlName::kMenu:
    case HtmlName::kNav:
    case HtmlName::kOl:
    case HtmlName::kP:
    case HtmlName::kPre:
    case HtmlName::kSection:
    case HtmlName::kSummary:
    case HtmlName::kTable:
    case HtmlName::kTbody:
    case HtmlName::kTd:
    case HtmlName::kTfoot:
    case HtmlName::kTh:
    case HtmlName::kThead:
    case HtmlName::kTr:
    case HtmlName::kUl:
      return true;
    default:
      return false;
  }
}

// What is in these is no text of the page.
bool has_no_lines(HtmlName name) {
  switch (name) {
    case HtmlName::kHead:
    case HtmlName::kScript:
    case HtmlName::kStyle:
    case HtmlName::kNoscript:
    case HtmlName::kTemplate:
    case HtmlName::kTitle:
    case HtmlName::kTextarea:
    case HtmlName::kSelect:
    case HtmlName::kOption:
    case HtmlName::kButton:
    case HtmlName::kIframe:
    case HtmlName::kNoframes:
    case HtmlName::kSvg:
    case HtmlName::kMath:
      return true;
    default:
      return false;
  }
}

std::uint8_t heading_level(HtmlName name) {
  if (name < HtmlName::kH1 || name > HtmlName::kH6) return 0;
  return static_cast<std::uint8_t>(1 + static_cast<int>(name) - static_cast<int>(HtmlName::kH1));
}

std::string_view attribute_or_empty(HtmlNode node, std::string_view name) {
  return node.attribute(name).value_or(std::string_view());
}

Region region_of(HtmlNode node, HtmlName name, Region around) {
  // What stands in a menu or a footer stays there, whatever its parts are called.
  if (around == Region::kNav || around == Region::kFooter) return around;
  Region region = landmark_region(name);
  if (region == Region::kNone && ContainerStack::may_have_region(name)) {
    region = word_region(attribute_or_empty(node, "id"), attribute_or_empty(node, "class"));
  }
  return region == Region::kNone ? around : region;
}

}  // namespace

class PageOutline::Builder {
 public:
  explicit Builder(PageOutline& outline) : outline_(outline) {}

  void visit(HtmlNode node, std::size_t depth) {
    while (open_.size() > depth) close();
    const bool full = outline_.elements_.size() >= kOutlineElementsMax || text_bytes_ >= kOutlineTextBytesMax;
    Open open;
    open.muted = full || (!open_.empty() && open_.back().muted);
    if (node.type() == HtmlNodeType::kElement && !full) open = open_element(node);
    if (node.type() == HtmlNodeType::kText && !open.muted) add_text(node.text());
    if (node.type() == HtmlNodeType::kComment && !open.muted) add_mark(node.text());
    open_.push_back(open);
  }

  void finish() {
    while (!open_.empty()) close();
    flush();
    if (mark_begin_ && mark_end_ && *mark_begin_ < *mark_end_) {
      outline_.marked_title_ = {static_cast<std::uint32_t>(*mark_begin_), static_cast<std::uint32_t>(*mark_end_)};
    }
    std::size_t begin = 0;
    for (std::size_t index = 0; index < outline_.lines_.size(); ++index) {
      outline_.lines_[index].text = std::string_view(outline_.text_).substr(begin, sizes_[index]);
      begin += sizes_[index];
    }
  }

 private:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  // One open node: elements have an index, others none.
  struct Open {
    std::uint32_t element = kNone;
    bool is_block = false;
    bool is_inline = false;
    bool is_link = false;
    bool muted = false;
    bool hidden = false;
    Region region = Region::kNone;
    std::uint8_t heading = 0;
    std::uint32_t inner_element = 0;  // the innermost element, this or one around
    std::uint32_t inner_block = 0;    // the innermost block
    std::uint32_t inner_link = kNone;
  };

  Open open_element(HtmlNode node) {
    Open open = open_.empty() ? Open() : open_.back();
    const HtmlName name = node.is_foreign() ? HtmlName::kOther : html_name(node.name());
    open.element = static_cast<std::uint32_t>(outline_.elements_.size());
    open.is_block = breaks_line(name);
    open.is_inline = !open.is_block;
    open.is_link = name == HtmlName::kA;
    open.hidden = open.hidden || node.attribute("hidden").has_value() || hidden_by_style(node);
    open.muted = open.hidden || open.muted || has_no_lines(name) || node.is_foreign();
    open.region = region_of(node, name, open.region);
    if (const std::uint8_t level = heading_level(name)) open.heading = level;
    if (open.is_block) {
      flush();
    } else if (!open.muted) {
      add_piece();
    }
    OutlineElement element;
    element.node = node;
    element.name = name;
    element.region = open.region;
    element.hidden = open.hidden;
    element.parent = open.inner_element;
    element.line_begin = static_cast<std::uint32_t>(outline_.lines_.size());
    outline_.elements_.push_back(element);
    open.inner_element = open.element;
    if (open.is_block) open.inner_block = open.element;
    if (open.is_link) open.inner_link = open.element;
    return open;
  }

  void close() {
    const Open open = open_.back();
    open_.pop_back();
    if (open.element == kNone) return;
    if (open.is_block) {
      flush();
    } else if (!open.muted) {
      add_piece();
    }
    OutlineElement& element = outline_.elements_[open.element];
    element.end = static_cast<std::uint32_t>(outline_.elements_.size());
    // An inline element's text may be in a line that is not yet flushed.
    element.line_end = static_cast<std::uint32_t>(outline_.lines_.size() + (line_.empty() ? 0 : 1));
  }

  bool hidden_by_style(HtmlNode node) {
    const auto style = node.attribute("style");
    return style && styles_.hides(*style);
  }

  void add_piece() {
    const auto at = static_cast<std::uint32_t>(line_.text().size());
    if (at != 0 && (pieces_.empty() || pieces_.back() != at)) pieces_.push_back(at);
  }

  void add_text(std::string_view text) {
    if (open_.empty()) return;
    const Open& around = open_.back();
    const auto begin = static_cast<std::uint32_t>(line_.text().size());
    const std::uint64_t before = line_.characters();
    line_.append(text, HtmlText::kRaw);
    const auto end = static_cast<std::uint32_t>(line_.text().size());
    if (end == begin) return;
    if (begin == 0) {
      line_element_ = around.inner_block;
      line_region_ = around.region;
      line_heading_ = 0;
    }
    if (around.heading != 0) line_heading_ = around.heading;
    if (around.inner_link == kNone) return;
    linked_ += line_.characters() - before;
    if (!links_.empty() && links_.back().element == around.inner_link) {
      links_.back().end = end;
    } else {
      links_.push_back({around.inner_link, begin, end});
    }
  }

  void flush() {
    if (!line_.empty()) {
      OutlineLine line;
      line.element = line_element_;
      line.region = line_region_;
      line.heading = line_heading_;
      line.characters = static_cast<std::uint32_t>(line_.characters());
      line.linked_characters = static_cast<std::uint32_t>(linked_);
      line.links = std::move(links_);
      line.pieces = std::move(pieces_);
      sizes_.push_back(line_.text().size());
      text_bytes_ += line_.text().size();
      outline_.text_ += line_.text();
      outline_.lines_.push_back(std::move(line));
    }
    line_.clear();
    links_.clear();
    pieces_.clear();
    linked_ = 0;
  }

  // Comments by which a CMS marks the title. What counts is the last pair with text between.
  void add_mark(std::string_view comment) {
    if (comment.size() > 64) return;
    const std::string text = bare_text(comment);
    const bool of_title = contains_text(text, "标题") || contains_text(text, "title");
    if (!of_title || contains_text(text, "副标题") || contains_text(text, "subtitle")) return;
    const bool begins = text.ends_with("begin") || text.ends_with("start") || text.ends_with("开始");
    const bool ends = text.ends_with("end") || text.ends_with("结束");
    if (!begins && !ends) return;
    flush();
    if (begins && !mark_end_) mark_begin_ = outline_.lines_.size();
    if (ends && mark_begin_ && *mark_begin_ < outline_.lines_.size() && !mark_end_) mark_end_ = outline_.lines_.size();
  }

  PageOutline& outline_;
  std::vector<Open> open_;
  StyleMemory styles_;
  CollapsedText line_{kOutlineLineBytesMax};
  std::uint32_t line_element_ = 0;
  Region line_region_ = Region::kNone;
  std::uint8_t line_heading_ = 0;
  std::uint64_t linked_ = 0;
  std::vector<OutlineLink> links_;
  std::vector<std::uint32_t> pieces_;
  std::vector<std::size_t> sizes_;
  std::size_t text_bytes_ = 0;
  std::optional<std::size_t> mark_begin_;
  std::optional<std::size_t> mark_end_;
};

PageOutline::PageOutline(HtmlNode root) {
  if (!root) return;
  Builder builder(*this);
  HtmlTree::walk(root, [&builder](HtmlNode node, std::size_t depth) { builder.visit(node, depth); });
  builder.finish();
}

std::string PageOutline::element_words(HtmlNode node) {
  std::string words = " ";
  for (const std::string_view name : {"id", "class"}) {
    const std::string_view value = attribute_or_empty(node, name);
    if (value.empty() || value.size() > 300) continue;
    words += to_ascii_lower(value);
    words += ' ';
  }
  return words;
}

}  // namespace xuncha
