#include "crawler/page_containers.h"

#include <algorithm>

namespace xuncha {
namespace {

// How the stack treats an element.
enum class Kind : std::uint8_t {
  kInline,     // followed only while a hidden inline element is open
  kBlock,      // followed; names the container of its links
  kScoped,     // followed; its links belong to the container around it
  kParagraph,  // p: as kScoped
  kCell,       // followed; closing tags do not reach beyond it
  kHeadOnly,   // may stand in head without ending it
  kVoid,
};

constexpr Kind find_kind(HtmlName element) {
  switch (element) {
    case HtmlName::kAddress:
    case HtmlName::kArticle:
    case HtmlName::kAside:
    case HtmlName::kBlockquote:
    case HtmlName::kBody:
    case HtmlName::kCenter:
    case HtmlName::kDetails:
    case HtmlName::kDialog:
    case HtmlName::kDir:
    case HtmlName::kDiv:
    case HtmlName::kDl:
    case HtmlName::kFieldset:
    case HtmlName::kFigure:
    case HtmlName::kFooter:
    case HtmlName::kForm:
    case HtmlName::kHeader:
    case HtmlName::kMain:
    case HtmlName::kMap:
    case HtmlName::kMarquee:
    case HtmlName::kMenu:
    case HtmlName::kNav:
    case HtmlName::kOl:
    case HtmlName::kSection:
    case HtmlName::kTable:
    case HtmlName::kUl:
      return Kind::kBlock;
    case HtmlName::kTd:
    case HtmlName::kTh:
    case HtmlName::kCaption:
      return Kind::kCell;
    case HtmlName::kP:
      return Kind::kParagraph;
    case HtmlName::kDd:
    case HtmlName::kDt:
    case HtmlName::kFigcaption:
    case HtmlName::kH1:
    case HtmlName::kH2:
    case HtmlName::kH3:
    case HtmlName::kH4:
    case HtmlName::kH5:
    case HtmlName::kH6:
    case HtmlName::kLi:
    case HtmlName::kListing:
    case HtmlName::kPre:
    case HtmlName::kSummary:
    case HtmlName::kTbody:
    case HtmlName::kTfoot:
    case HtmlName::kThead:
    case HtmlName::kTr:
      return Kind::kScoped;
    case HtmlName::kNoscript:
    case HtmlName::kScript:
    case HtmlName::kStyle:
    case HtmlName::kTemplate:
    case HtmlName::kTitle:
      return Kind::kHeadOnly;
    default:
      return is_void_element(element) ? Kind::kVoid : Kind::kInline;
  }
}

constexpr auto kKinds = [] {
  std::array<Kind, static_cast<std::size_t>(HtmlName::kCount)> kinds{};
  for (std::size_t name = 0; name < kinds.size(); ++name) kinds[name] = find_kind(static_cast<HtmlName>(name));
  return kinds;
}();

Kind kind_of(HtmlName element) {
  return kKinds[static_cast<std::size_t>(element)];
}

bool is_table_part(HtmlName element) {
  switch (element) {
    case HtmlName::kTable:
    case HtmlName::kTbody:
    case HtmlName::kTd:
    case HtmlName::kTfoot:
    case HtmlName::kTh:
    case HtmlName::kThead:
    case HtmlName::kTr:
      return true;
    default:
      return false;
  }
}

bool stays_in_head(HtmlName element) {
  return element == HtmlName::kMeta || element == HtmlName::kLink || element == HtmlName::kBase ||
         kind_of(element) == Kind::kHeadOnly;
}

// https://html.spec.whatwg.org/#parsing-main-inbody: start tags that close a p.
bool closes_paragraph(HtmlName element) {
  switch (kind_of(element)) {
    case Kind::kBlock:
      return element != HtmlName::kMap && element != HtmlName::kMarquee;
    case Kind::kScoped:
      return !is_table_part(element);
    case Kind::kParagraph:
      return true;
    default:
      return element == HtmlName::kHr || element == HtmlName::kPlaintext || element == HtmlName::kXmp;
  }
}

struct RegionWord {
  std::string_view word;
  Region region;
};

// What designers of portals call the parts of a page, in English and pinyin. Sorted by nothing: looked up by hash.
constexpr RegionWord kRegionWords[] = {
    {"nav", Region::kNav},          {"navs", Region::kNav},          {"navi", Region::kNav},
    {"navbar", Region::kNav},       {"navigation", Region::kNav},    {"navigator", Region::kNav},
    {"menu", Region::kNav},         {"menus", Region::kNav},         {"menubar", Region::kNav},
    {"mainnav", Region::kNav},      {"mainmenu", Region::kNav},      {"topnav", Region::kNav},
    {"subnav", Region::kNav},       {"submenu", Region::kNav},       {"header", Region::kNav},
    {"head", Region::kNav},         {"top", Region::kNav},           {"topbar", Region::kNav},
    {"banner", Region::kNav},       {"daohang", Region::kNav},       {"dh", Region::kNav},
    {"breadcrumb", Region::kNav},   {"crumb", Region::kNav},         {"crumbs", Region::kNav},
    {"footer", Region::kFooter},    {"foot", Region::kFooter},       {"footbox", Region::kFooter},
    {"copyright", Region::kFooter}, {"copy", Region::kFooter},       {"bottom", Region::kFooter},
    {"footlink", Region::kFooter},  {"friendlink", Region::kFooter}, {"friendlinks", Region::kFooter},
    {"yqlj", Region::kFooter},      {"aside", Region::kAside},       {"side", Region::kAside},
    {"sidebar", Region::kAside},    {"sidenav", Region::kAside},     {"leftbar", Region::kAside},
    {"leftmenu", Region::kAside},   {"rightbar", Region::kAside},    {"left", Region::kAside},
    {"right", Region::kAside},      {"main", Region::kMain},         {"maincontent", Region::kMain},
    {"mainbox", Region::kMain},     {"content", Region::kMain},      {"contents", Region::kMain},
    {"article", Region::kMain},     {"con", Region::kMain},          {"zoom", Region::kMain},
    {"neirong", Region::kMain},     {"detail", Region::kMain},
};

constexpr std::size_t kWordSlots = 256;
constexpr std::size_t slot_of(std::uint64_t key) {
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15u) >> 56) & (kWordSlots - 1);
}
struct WordTable {
  std::array<std::uint64_t, kWordSlots> keys{};
  std::array<std::uint8_t, kWordSlots> rows{};
};
constexpr WordTable make_words() {
  WordTable table;
  for (std::size_t row = 0; row < std::size(kRegionWords); ++row) {
    const std::uint64_t key = name_key(kRegionWords[row].word);
    std::size_t slot = slot_of(key);
    while (table.keys[slot] != 0) slot = (slot + 1) & (kWordSlots - 1);
    table.keys[slot] = key;
    table.rows[slot] = static_cast<std::uint8_t>(row);
  }
  return table;
}
constexpr WordTable kWords = make_words();

Region region_of_word(std::string_view word, std::uint64_t key) {
  for (std::size_t slot = slot_of(key); kWords.keys[slot] != 0; slot = (slot + 1) & (kWordSlots - 1)) {
    const RegionWord& row = kRegionWords[kWords.rows[slot]];
    if (kWords.keys[slot] == key && equals_lower(word, row.word)) return row.region;
  }
  return Region::kNone;
}

int strength(Region region) {
  switch (region) {
    case Region::kFooter:
      return 4;
    case Region::kNav:
      return 3;
    case Region::kAside:
      return 2;
    case Region::kMain:
      return 1;
    default:
      return 0;
  }
}

Region strongest_word(std::string_view text, Region best) {
  constexpr std::size_t kBytesRead = 256;  // of an id or class: longer ones are generated
  text = text.substr(0, kBytesRead);
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t key = 0;
    const std::size_t begin = at;
    bool after_small = false;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      const bool capital = c >= 'A' && c <= 'Z';
      const bool small = c >= 'a' && c <= 'z';
      if ((!capital && !small) || (capital && after_small)) break;
      if (at - begin < 8) key |= std::uint64_t{static_cast<unsigned char>(c | 0x20)} << (8 * (at - begin));
      after_small = small;
    }
    if (at == begin) {
      ++at;
      continue;
    }
    if (at - begin < 2) continue;
    const Region region = region_of_word(text.substr(begin, at - begin), key);
    if (strength(region) > strength(best)) best = region;
  }
  return best;
}

}  // namespace

Region landmark_region(HtmlName element) {
  switch (element) {
    case HtmlName::kNav:
    case HtmlName::kHeader:
      return Region::kNav;
    case HtmlName::kMain:
    case HtmlName::kArticle:
      return Region::kMain;
    case HtmlName::kAside:
      return Region::kAside;
    case HtmlName::kFooter:
      return Region::kFooter;
    default:
      return Region::kNone;
  }
}

Region word_region(std::string_view id, std::string_view classes) {
  return strongest_word(classes, strongest_word(id, Region::kNone));
}

ContainerStack::ContainerStack() {
  stack_.reserve(64);
  stack_.emplace_back();
}

bool ContainerStack::may_have_region(HtmlName element) {
  const Kind kind = kind_of(element);
  return (kind == Kind::kBlock || kind == Kind::kCell) && element != HtmlName::kBody;
}

void ContainerStack::pop_to(std::size_t size) {
  while (stack_.size() > size) {
    const Open& open = stack_.back();
    if (open.element == HtmlName::kP) --open_paragraphs_;
    if (open.hidden && kind_of(open.element) == Kind::kInline && inline_hiders_ > 0 &&
        !stack_[stack_.size() - 2].hidden) {
      --inline_hiders_;
    }
    stack_.pop_back();
  }
}

// The index of the innermost open element of that name that a closing tag reaches, 0 when there is none.
std::size_t ContainerStack::find_open(HtmlName element, std::uint64_t name, bool through_cells) const {
  const std::size_t last = stack_.size() > limits::kCloseSearchMax ? stack_.size() - limits::kCloseSearchMax : 1;
  for (std::size_t index = stack_.size() - 1; index >= last; --index) {
    const Open& open = stack_[index];
    if (open.element == element && (element != HtmlName::kOther || open.name == name)) return index;
    if (open.element == HtmlName::kTable || open.element == HtmlName::kTemplate || open.element == HtmlName::kMarquee) {
      return 0;
    }
    if (!through_cells && kind_of(open.element) == Kind::kCell) return 0;
  }
  return 0;
}

void ContainerStack::close_like(HtmlName first, HtmlName second, HtmlName barrier_one, HtmlName barrier_two) {
  const std::size_t last = stack_.size() > limits::kCloseSearchMax ? stack_.size() - limits::kCloseSearchMax : 1;
  for (std::size_t index = stack_.size() - 1; index >= last; --index) {
    const HtmlName open = stack_[index].element;
    if (open == first || open == second) {
      pop_to(index);
      return;
    }
    if (open == barrier_one || open == barrier_two || open == HtmlName::kTable) return;
  }
}

void ContainerStack::close_implied(HtmlName element) {
  if (in_head_ && !stays_in_head(element)) in_head_ = false;
  if (too_deep_ > 0) return;
  switch (element) {
    case HtmlName::kHead:
      in_head_ = depth() == 0 || (depth() == 1 && top().element == HtmlName::kHtml);
      return;
    case HtmlName::kLi:
      close_like(HtmlName::kLi, HtmlName::kLi, HtmlName::kUl, HtmlName::kOl);
      break;
    case HtmlName::kDd:
    case HtmlName::kDt:
      close_like(HtmlName::kDd, HtmlName::kDt, HtmlName::kDl, HtmlName::kDl);
      break;
    case HtmlName::kTd:
    case HtmlName::kTh:
      close_like(HtmlName::kTd, HtmlName::kTh, HtmlName::kTr, HtmlName::kTr);
      break;
    case HtmlName::kTr:
      close_like(HtmlName::kTr, HtmlName::kTr, HtmlName::kTable, HtmlName::kTable);
      break;
    case HtmlName::kTbody:
    case HtmlName::kTfoot:
    case HtmlName::kThead:
      close_like(HtmlName::kTbody, HtmlName::kThead, HtmlName::kTable, HtmlName::kTable);
      break;
    default:
      break;
  }
  if (open_paragraphs_ > 0 && closes_paragraph(element)) {
    const std::size_t paragraph = find_open(HtmlName::kP, 0, false);
    if (paragraph != 0) pop_to(paragraph);
  }
}

void ContainerStack::open(HtmlName element, std::string_view name, std::size_t offset, const Marks& marks) {
  const Kind kind = kind_of(element);
  if (kind == Kind::kVoid || element == HtmlName::kScript || element == HtmlName::kStyle ||
      element == HtmlName::kTitle) {
    return;
  }
  const bool is_inline = kind == Kind::kInline || (kind == Kind::kHeadOnly && !marks.mutes);
  if (is_inline && !marks.hides && inline_hiders_ == 0) return;
  if (stack_.size() > limits::kOpenContainersMax) {
    ++too_deep_;
    return;
  }
  const Open& around = top();
  Open opened;
  opened.element = element;
  opened.name = element == HtmlName::kOther ? name_key(name) : 0;
  opened.hidden = around.hidden || marks.hides;
  opened.muted = around.muted || marks.mutes;
  opened.by_script = marks.by_script;
  opened.region = around.region;
  opened.region_is_firm = around.region_is_firm;
  if (marks.region != Region::kNone &&
      (marks.is_landmark || !around.region_is_firm || strength(marks.region) > strength(around.region))) {
    opened.region = marks.region;
    opened.region_is_firm = marks.region != Region::kMain;
  }
  const bool names_container = kind == Kind::kBlock || (marks.hides && !is_inline);
  opened.container = names_container ? static_cast<std::uint32_t>(offset) : around.container;
  if (is_inline && marks.hides && !around.hidden) ++inline_hiders_;
  if (element == HtmlName::kP) ++open_paragraphs_;
  stack_.push_back(opened);
}

void ContainerStack::close(HtmlName element, std::string_view name) {
  if (element == HtmlName::kHead) {
    in_head_ = false;
    return;
  }
  const Kind kind = kind_of(element);
  if (kind == Kind::kVoid) return;
  if (kind == Kind::kInline && inline_hiders_ == 0) return;
  if (too_deep_ > 0) {
    --too_deep_;
    return;
  }
  if (element == HtmlName::kBody) return;  // what follows still stands in the body
  const std::size_t found =
      find_open(element, element == HtmlName::kOther ? name_key(name) : 0, is_table_part(element));
  if (found != 0) pop_to(found);
}

void ContainerStack::close_written(HtmlName element, std::string_view name) {
  const std::size_t found = find_open(element, element == HtmlName::kOther ? name_key(name) : 0, false);
  if (found != 0 && stack_[found].by_script) pop_to(found);
}

}  // namespace xuncha
