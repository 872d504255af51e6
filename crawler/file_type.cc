#include "crawler/file_type.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace xuncha {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  FileType type;
};

// Sources: WHATWG MIME Sniffing 6, PKWARE APPNOTE 4.3.7, [MS-CFB] 2.2, ISO 32000-1 7.5.2, the formats' own manuals.
constexpr std::array kMagic = {
    Magic{0, "%PDF-"sv, FileType::kPdf},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, FileType::kOle},
    Magic{0, "PK\x03\x04"sv, FileType::kZip},
    Magic{0, "PK\x05\x06"sv, FileType::kZip},
    Magic{0, "PK\x07\x08"sv, FileType::kZip},
    Magic{0, "Rar!\x1A\x07"sv, FileType::kRar},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, FileType::k7z},
    Magic{0, "\x1F\x8B"sv, FileType::kGzip},
    Magic{0, "{\\rtf"sv, FileType::kRtf},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, FileType::kImage},
    Magic{0, "\xFF\xD8\xFF"sv, FileType::kImage},
    Magic{0, "GIF87a"sv, FileType::kImage},
    Magic{0, "GIF89a"sv, FileType::kImage},
    Magic{0, "\x00\x00\x01\x00"sv, FileType::kImage},
    Magic{0, "II*\x00"sv, FileType::kImage},
    Magic{0, "MM\x00*"sv, FileType::kImage},
    Magic{8, "WEBP"sv, FileType::kImage},
    Magic{4, "ftypavif"sv, FileType::kImage},
    Magic{4, "ftyp"sv, FileType::kMedia},
    Magic{0, "ID3"sv, FileType::kMedia},
    Magic{0, "\xFF\xFB"sv, FileType::kMedia},
    Magic{0, "\xFF\xF3"sv, FileType::kMedia},
    Magic{0, "FLV\x01"sv, FileType::kMedia},
    Magic{0, "FWS"sv, FileType::kMedia},
    Magic{0, "CWS"sv, FileType::kMedia},
    Magic{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, FileType::kMedia},
    Magic{0, "OggS"sv, FileType::kMedia},
    Magic{0, "\x1A\x45\xDF\xA3"sv, FileType::kMedia},
    Magic{8, "AVI "sv, FileType::kMedia},
    Magic{8, "WAVE"sv, FileType::kMedia},
    Magic{0, "\x00\x00\x01\xBA"sv, FileType::kMedia},
};

constexpr std::array kHtmlStarts = {"<!doctype html"sv, "<html"sv, "<head"sv,  "<body"sv, "<script"sv, "<iframe"sv,
                                    "<title"sv,         "<meta"sv, "<style"sv, "<div"sv,  "<table"sv,  "<h1"sv,
                                    "<font"sv,          "<br"sv,   "<p"sv,     "<a"sv,    "<center"sv, "<link"sv};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool starts_with_fold(std::string_view text, std::string_view start) {
  return text.size() >= start.size() &&
         std::equal(start.begin(), start.end(), text.begin(), [](char want, char got) { return want == lower(got); });
}

bool equal_fold(std::string_view text, std::string_view want) {
  return text.size() == want.size() && starts_with_fold(text, want);
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

std::string_view past_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Comments and XML declarations may stand before the first element.
std::string_view past_prologue(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (;;) {
    text = past_space(text);
    const bool comment = text.starts_with("<!--");
    if (!comment && !starts_with_fold(text, "<?xml")) return text;
    const std::string_view end = comment ? "-->"sv : "?>"sv;
    const std::size_t at = text.find(end);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + end.size());
  }
}

// A start tag needs a character that ends its name: "<applet" is not "<a".
bool is_tag_end(std::string_view text, std::size_t at) {
  return at >= text.size() || text[at] == '>' || text[at] == '/' || is_space(text[at]);
}

bool is_html(std::string_view text) {
  return std::any_of(kHtmlStarts.begin(), kHtmlStarts.end(), [text](std::string_view start) {
    return starts_with_fold(text, start) && is_tag_end(text, start.size());
  });
}

// WHATWG MIME Sniffing 5.1, "binary data byte".
bool is_binary_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1A) || (byte >= 0x1C && byte <= 0x1F);
}

constexpr std::array kAttachmentExtensions = {
    "pdf"sv, "doc"sv, "docx"sv, "xls"sv,  "xlsx"sv, "ppt"sv, "pptx"sv, "wps"sv, "wpt"sv, "et"sv,  "dps"sv, "ofd"sv,
    "zip"sv, "rar"sv, "7z"sv,   "gz"sv,   "tar"sv,  "rtf"sv, "csv"sv,  "caj"sv, "ceb"sv, "gd"sv,  "exe"sv, "apk"sv,
    "msi"sv, "dwg"sv, "docm"sv, "xlsm"sv, "uof"sv,  "uot"sv, "uos"sv,  "sep"sv, "gw"sv,  "iso"sv, "xps"sv};
constexpr std::array kImageExtensions = {"jpg"sv, "jpeg"sv, "png"sv,  "gif"sv, "bmp"sv, "webp"sv,
                                         "ico"sv, "svg"sv,  "tiff"sv, "tif"sv, "avif"sv};
constexpr std::array kMediaExtensions = {"mp4"sv,  "mp3"sv, "flv"sv,  "avi"sv, "wmv"sv, "wma"sv, "rm"sv,
                                         "rmvb"sv, "mov"sv, "m4a"sv,  "m4v"sv, "wav"sv, "ogg"sv, "mpg"sv,
                                         "mkv"sv,  "swf"sv, "mpeg"sv, "3gp"sv, "asf"sv, "webm"sv};

template <std::size_t Size>
bool contains(const std::array<std::string_view, Size>& list, std::string_view text) {
  return std::any_of(list.begin(), list.end(), [text](std::string_view one) { return equal_fold(text, one); });
}

}  // namespace

std::string_view file_type_name(FileType type) {
  switch (type) {
    case FileType::kEmpty:
      return "empty";
    case FileType::kHtml:
      return "html";
    case FileType::kPdf:
      return "pdf";
    case FileType::kOle:
      return "ole";
    case FileType::kZip:
      return "zip";
    case FileType::kRar:
      return "rar";
    case FileType::k7z:
      return "7z";
    case FileType::kGzip:
      return "gzip";
    case FileType::kRtf:
      return "rtf";
    case FileType::kImage:
      return "image";
    case FileType::kMedia:
      return "media";
    case FileType::kText:
      return "text";
    case FileType::kBinary:
      return "binary";
  }
  return "binary";
}

FileType sniff(std::string_view prefix) {
  if (prefix.empty()) return FileType::kEmpty;
  for (const Magic& magic : kMagic) {
    if (prefix.size() >= magic.offset && prefix.substr(magic.offset).starts_with(magic.bytes)) return magic.type;
  }
  // "BM" alone is two letters of text: the four reserved bytes of the header are zero.
  if (prefix.starts_with("BM") && prefix.size() >= 10 && prefix.substr(6, 4) == "\0\0\0\0"sv) return FileType::kImage;
  const std::string_view text = past_prologue(prefix);
  if (is_html(text)) return FileType::kHtml;
  if (starts_with_fold(text, "<svg") || starts_with_fold(text, "<!doctype svg")) return FileType::kImage;
  return std::any_of(prefix.begin(), prefix.end(), is_binary_byte) ? FileType::kBinary : FileType::kText;
}

Promise promised_type(std::string_view extension, std::string_view content_type, std::string_view tag) {
  if (contains(kAttachmentExtensions, extension)) return Promise::kAttachment;
  if (contains(kImageExtensions, extension)) return Promise::kImage;
  if (contains(kMediaExtensions, extension)) return Promise::kMedia;
  if (tag == "img") return Promise::kImage;
  if (tag == "video" || tag == "audio" || tag == "source" || tag == "embed") return Promise::kMedia;
  if (!extension.empty()) return Promise::kPage;
  const std::string_view type = past_space(content_type);
  if (starts_with_fold(type, "image/")) return Promise::kImage;
  if (starts_with_fold(type, "video/") || starts_with_fold(type, "audio/")) return Promise::kMedia;
  const bool attachment = starts_with_fold(type, "application/pdf") || starts_with_fold(type, "application/msword") ||
                          starts_with_fold(type, "application/vnd.") || starts_with_fold(type, "application/zip");
  return attachment ? Promise::kAttachment : Promise::kPage;
}

bool keeps_promise(Promise promise, FileType type) {
  return promise == Promise::kPage || type != FileType::kHtml;
}

std::string_view path_extension(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  path.remove_prefix(dot + 1);
  const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z'); };
  return path.size() <= 8 && std::all_of(path.begin(), path.end(), is_plain) ? path : std::string_view();
}

}  // namespace xuncha
