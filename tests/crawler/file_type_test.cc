#include "crawler/file_type.h"

#include <gtest/gtest.h>

#include <string>

namespace xuncha {
namespace {

using namespace std::string_literals;

struct SniffRow {
  const char* name;
  std::string bytes;
  FileType type;
};

class Sniff : public testing::TestWithParam<SniffRow> {};

TEST_P(Sniff, IsWhatItsFirstBytesSay) {
  EXPECT_EQ(file_type_name(sniff(GetParam().bytes)), file_type_name(GetParam().type));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Sniff,
    testing::Values(
        SniffRow{"Nothing", "", FileType::kEmpty}, SniffRow{"Pdf", "%PDF-1.7\n", FileType::kPdf},
        SniffRow{"Doc", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1more", FileType::kOle},
        SniffRow{"Docx", "PK\x03\x04\x14", FileType::kZip}, SniffRow{"Rar", "Rar!\x1A\x07\x01", FileType::kRar},
        SniffRow{"SevenZip", "7z\xBC\xAF\x27\x1C", FileType::k7z}, SniffRow{"Gzip", "\x1F\x8B\x08", FileType::kGzip},
        SniffRow{"Rtf", "{\\rtf1", FileType::kRtf}, SniffRow{"Png", "\x89PNG\r\n\x1A\n", FileType::kImage},
        SniffRow{"Jpeg", "\xFF\xD8\xFF\xE0", FileType::kImage},
        SniffRow{"Webp", "RIFF\x10\0\0\0WEBPVP8"s, FileType::kImage},
        SniffRow{"Bmp", "BM\x10\0\0\0\0\0\0\0"s, FileType::kImage},
        SniffRow{"TextThatBeginsWithBM", "BMW and others", FileType::kText},
        SniffRow{"Svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"\">", FileType::kImage},
        SniffRow{"Mp4",
                 "\0\0\0\x18"
                 "ftypmp42"s,
                 FileType::kMedia},
        SniffRow{"Wmv", "\x30\x26\xB2\x75\x8E\x66\xCF\x11", FileType::kMedia},
        SniffRow{"Html", "<!DOCTYPE html><html>", FileType::kHtml},
        SniffRow{"HtmlAfterSpaceAndMark", "\xEF\xBB\xBF\r\n  <HTML lang>", FileType::kHtml},
        SniffRow{"HtmlAfterComment", "<!-- a --> <head>", FileType::kHtml},
        SniffRow{"XhtmlAfterDeclaration", "<?xml version='1.0'?><html>", FileType::kHtml},
        SniffRow{"ScriptIsHtml", "<script>location=1</script>", FileType::kHtml},
        SniffRow{"AppletIsNoAnchor", "<applet>", FileType::kText}, SniffRow{"Text", "hello\n", FileType::kText},
        SniffRow{"ChineseText", "\xE4\xBD\xA0\xE5\xA5\xBD", FileType::kText},
        SniffRow{"Bytes", "\x01\x02\x03"s, FileType::kBinary},
        SniffRow{"UnendedComment", "<!-- never", FileType::kText}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(PromisedType, ExtensionComesFirst) {
  EXPECT_EQ(promised_type("pdf", "text/html", "a"), Promise::kAttachment);
  EXPECT_EQ(promised_type("DOCX", "", "a"), Promise::kAttachment);
  EXPECT_EQ(promised_type("ofd", "", "a"), Promise::kAttachment);
  EXPECT_EQ(promised_type("jpg", "", "a"), Promise::kImage);
  EXPECT_EQ(promised_type("mp4", "", "a"), Promise::kMedia);
  EXPECT_EQ(promised_type("html", "application/pdf", "a"), Promise::kPage);
  EXPECT_EQ(promised_type("jsp", "", "a"), Promise::kPage);
}

TEST(PromisedType, ThenTheElementThenTheContentType) {
  EXPECT_EQ(promised_type("", "text/html", "img"), Promise::kImage);
  EXPECT_EQ(promised_type("", "", "video"), Promise::kMedia);
  EXPECT_EQ(promised_type("", "application/pdf", "a"), Promise::kAttachment);
  EXPECT_EQ(promised_type("", "text/html; charset=utf-8", "a"), Promise::kPage);
}

TEST(KeepsPromise, OnlyHtmlInPlaceOfAFileBreaksIt) {
  EXPECT_FALSE(keeps_promise(Promise::kAttachment, FileType::kHtml));
  EXPECT_FALSE(keeps_promise(Promise::kImage, FileType::kHtml));
  EXPECT_TRUE(keeps_promise(Promise::kPage, FileType::kHtml));
  EXPECT_TRUE(keeps_promise(Promise::kPage, FileType::kPdf));
  EXPECT_TRUE(keeps_promise(Promise::kAttachment, FileType::kOle));
  EXPECT_TRUE(keeps_promise(Promise::kAttachment, FileType::kText));
  EXPECT_TRUE(keeps_promise(Promise::kImage, FileType::kBinary));
  EXPECT_TRUE(keeps_promise(Promise::kAttachment, FileType::kEmpty));
}

TEST(PathExtension, IsThatOfTheLastSegment) {
  EXPECT_EQ(path_extension("/a.b/c.pdf"), "pdf");
  EXPECT_EQ(path_extension("/a.b/c"), "");
  EXPECT_EQ(path_extension("/.hidden"), "");
  EXPECT_EQ(path_extension("/a."), "");
  EXPECT_EQ(path_extension("/a.verylongextension"), "");
  EXPECT_EQ(path_extension("/a.b%20c"), "");
}

}  // namespace
}  // namespace xuncha
