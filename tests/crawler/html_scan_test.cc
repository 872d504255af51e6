// The tokenizer and the small readers of the scan, by the clauses of their standards.
#include "crawler/html_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crawler/character_references.h"
#include "crawler/css_links.h"
#include "crawler/meta_refresh.h"
#include "crawler/script_links.h"

namespace xuncha {
namespace {

struct Writer {
  std::string out;
  void on_start_tag(const HtmlTag& tag) {
    out += "<" + std::string(tag.name);
    for (const HtmlAttribute& attribute : tag.attributes) {
      std::string value;
      append_decoded(attribute.value, ReferencePlace::kAttribute, value);
      out += " " + std::string(attribute.name) + "=" + value;
    }
    out += tag.self_closing ? "/>" : ">";
  }
  void on_end_tag(const HtmlTag& tag) { out += "</" + std::string(tag.name) + ">"; }
  void on_text(std::string_view text, HtmlText) { out += "'" + std::string(text) + "'"; }
};

struct Row {
  const char* name;  // the clause of https://html.spec.whatwg.org/#tokenization
  const char* html;
  const char* tokens;
};
class HtmlScan : public testing::TestWithParam<Row> {};
TEST_P(HtmlScan, Tokens) {
  Writer writer;
  scan_html(GetParam().html, writer);
  EXPECT_EQ(writer.out, GetParam().tokens);
}
const Row kRows[] = {
    {"TagOpenState", "a<b<1", "'a'"},
    {"TagOpenStateText", "a < b <1>", "'a ''<'' b ''<''1>'"},
    {"EndTagOpenState", "</>x</ y>z</", "'x''z''</'"},
    {"BogusComment", "<?x>a<!y>b", "'a''b'"},
    {"AttributeForms", "<a b c=d e='f' g=\"h\"i=j k = l>", "<a b= c=d e=f g=h i=j k=l>"},
    {"AttributeNameBeginsWithEquals", "<a =b=c>", "<a =b=c>"},
    {"DuplicateAttribute", "<a b=1 B=2 c=3>", "<a b=1 c=3>"},
    {"DuplicateLongAttribute", "<a data-original=1 DATA-ORIGINAL=2 data-originas=3>",
     "<a data-original=1 data-originas=3>"},
    {"SelfClosing", "<br/><a b=c/>", "<br/><a b=c/>"},
    {"SlashBetweenAttributes", "<a/b/c>", "<a b= c=>"},
    {"MissingValue", "<a b=>c", "<a b=>'c'"},
    {"EndOfFileInTag", "x<a b='c", "'x'"},
    {"CommentEnds", "<!-->a<!--->b<!---->c<!-- -- > --!>d<!-- x", "'a''b''c''d'"},
    {"ScriptEndTag", "<script>a</scripty></script >b", "<script>'a</scripty>'</script>'b'"},
    {"ScriptEscaped", "<script><!-- </script>b", "<script>'<!-- '</script>'b'"},
    {"ScriptDoubleEscaped", "<script><!--<script></script>x--></script>b",
     "<script>'<!--<script></script>x-->'</script>'b'"},
    {"ScriptEscapeClosesAtOnce", "<script><!--><script></script>b", "<script>'<!--><script>'</script>'b'"},
    {"Rcdata", "<title><b>&lt;</titlex></TITLE>b", "<title>'<b>&lt;</titlex>'</TITLE>'b'"},
    {"Rawtext", "<style></p></style>", "<style>'</p>'</style>"},
    {"Plaintext", "<plaintext></plaintext><b>", "<plaintext>'</plaintext><b>'"},
    {"CdataOnlyInForeignContent", "<![CDATA[a]]><svg><![CDATA[<b>]]></svg>", "<svg>'<b>'</svg>"},
    {"TitleInSvgIsMarkup", "<svg><title><b></title>", "<svg><title><b></title>"},
    {"AttributeReferences", "<a b='&amp;&lt=&lt;&copyx&copy&#65'>", "<a b=&&lt=<&copyx\u00A9A>"},
};
INSTANTIATE_TEST_SUITE_P(Whatwg, HtmlScan, testing::ValuesIn(kRows),
                         [](const testing::TestParamInfo<Row>& row) { return std::string(row.param.name); });

TEST(CharacterReferences, FollowTheStandard) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"&amp;&lt;&gt;", "&<>"},
      {"&notit;", "\u00ACit;"},
      {"&notin;", "\u2209"},
      {"&ngE;", "\u2267\u0338"},
      {"&nosuch;", "&nosuch;"},
      {"&", "&"},
      {"&;", "&;"},
      {"&#65;&#x41;&#X41", "AAA"},
      {"&#128;", "\u20AC"},
      {"&#0;", "\uFFFD"},
      {"&#xD800;", "\uFFFD"},
      {"&#99999999999;", "\uFFFD"},
      {"&#;&#x;", "&#;&#x;"},
      {"a\r\nb\rc", "a\nb\nc"},
      {"&CounterClockwiseContourIntegral;", "\u2233"},
  };
  for (const auto& [raw, expected] : rows) {
    std::string decoded;
    append_decoded(raw, ReferencePlace::kText, decoded);
    EXPECT_EQ(decoded, expected) << raw;
  }
}

TEST(MetaRefresh, FollowsTheStandard) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"0; url=x", "0 x"}, {"5;URL='a b' c", "5 a b"},    {"3", "3 "},     {"0,x", "0 x"},      {"0 x", "0 x"},
      {"1;url", "1 url"},  {" 2.9 ; url = \"y\"", "2 y"}, {".5;x", "0 x"}, {"0；url=x", "0 x"}, {"0;url=", "0 "},
  };
  for (const auto& [content, expected] : rows) {
    const auto refresh = parse_meta_refresh(content);
    ASSERT_TRUE(refresh) << content;
    EXPECT_EQ(std::to_string(static_cast<int>(refresh->seconds)) + " " + std::string(refresh->url), expected)
        << content;
  }
  EXPECT_FALSE(parse_meta_refresh(""));
  EXPECT_FALSE(parse_meta_refresh("x"));
  EXPECT_FALSE(parse_meta_refresh("0x"));
}

TEST(CssLinks, FollowTheSyntaxModule) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"a{b:url(c)}", "c "},
      {"a{b:URL( 'c' )}", "c "},
      {"a{b:url(c d)} e{f:url(g)}", "g "},
      {"/* url(a) */ 'url(b)' \"url(c)\" xurl(d)", ""},
      {"@import 'a'; @import url(b) screen;", "@a @b "},
      {"@namespace url(http://x/); a{b:url(c)}", "c "},
      {"a{b:url(c\\29 d\\))}", "c)d) "},
      {"url(a", "a "},
      {"url('a\nb') url(c)", ""},
      {"url()", ""},
  };
  for (const auto& [css, expected] : rows) {
    std::string found;
    scan_css(css, [&](const CssReference& reference) {
      found += (reference.is_import ? "@" : "") + std::string(reference.value) + " ";
    });
    EXPECT_EQ(found, expected) << css;
  }
}

TEST(ScriptLinks, ReadOnlyWholeLiterals) {
  struct ScriptRow {
    const char* code;
    const char* literals;
    std::uint32_t computed;
  };
  const ScriptRow rows[] = {
      {"location='a'", "a ", 0},
      {"window.location.href = \"a\";", "a ", 0},
      {"top.location.replace('a')", "a ", 0},
      {"window.open('a','_blank','width=1')", "a ", 0},
      {"location.href='a'+b", "", 1},
      {"location.href=b+'a'", "", 1},
      {"window.open(u)", "", 1},
      {"if(location.href=='a'){}", "", 0},
      {"var x = location.href;", "", 0},
      {"var location = 'a'", "", 0},
      {"obj.location = 'a'", "", 0},
      {"open('a')", "", 0},
      {"s=\"location.href='a'\"", "", 0},
      {"// location='a'\n/* location='b' */", "", 0},
      {"location='a\\x2fb\\u002Fc\\/d'", "a/b/c/d ", 0},
      {"location=`a${b}`", "", 1},
      {"location.hash='a'; location.reload()", "", 0},
      {"location.href='a'\nfoo()", "a ", 0},
  };
  for (const ScriptRow& row : rows) {
    const ScriptLinks links = scan_script_links(row.code);
    std::string found;
    for (const ScriptLink& link : links.literals) found += link.url + " ";
    EXPECT_EQ(found, row.literals) << row.code;
    EXPECT_EQ(links.computed, row.computed) << row.code;
  }
}

}  // namespace
}  // namespace xuncha
