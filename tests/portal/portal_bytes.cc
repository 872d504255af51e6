#include "tests/portal/portal_bytes.h"

#include <unicode/ucnv.h>
#include <zlib.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <regex>
#include <stdexcept>
#include <vector>

#include "tests/portal/portal_data.h"

namespace xuncha::portal {
namespace {

std::string hex_bytes(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// A 1x1 picture each.
std::string gif() {
  return hex_bytes("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b");
}

std::string png() {
  return hex_bytes(
      "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8ffff3f0005fe02fe331295"
      "14"
      "0000000049454e44ae426082");
}

std::string jpeg() {
  std::string bytes = hex_bytes("ffd8ffe000104a46494600010101004800480000ffdb004300");
  bytes.append(64, '\x01');
  bytes += hex_bytes(
      "ffc0000b080001000101011100"
      "ffc40014000100000000000000000000000000000009"
      "ffc40014100100000000000000000000000000000000"
      "ffda0008010100003f0054dfffd9");
  return bytes;
}

std::string ico() {
  const std::string image = png();  // 69 bytes = 0x45, at offset 22 = 0x16
  return hex_bytes(
             "000001000100"
             "01010000"
             "01001800"
             "45000000"
             "16000000") +
         image;
}

std::string bmp() {
  return hex_bytes(
      "424d3a0000000000000036000000280000000100000001000000"
      "0100180000000000040000000000000000000000000000000000000"
      "0ffffff00");
}

std::string deflate_all(std::uint64_t count, std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib does not start");
  }
  std::string out;
  std::vector<unsigned char> output(64u << 10);
  std::string zeros(bytes.empty() ? 64u << 10 : 0, '\0');
  std::uint64_t left = count;
  bool done = false;
  while (!done) {
    std::string_view piece =
        bytes.empty() ? std::string_view(zeros).substr(0, std::min<std::uint64_t>(left, zeros.size())) : bytes;
    left -= piece.size();
    std::vector<unsigned char> input(piece.begin(), piece.end());
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(input.size());
    const int flush = left == 0 ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = output.data();
      stream.avail_out = static_cast<uInt>(output.size());
      done = deflate(&stream, flush) == Z_STREAM_END;
      out.append(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(output.size() - stream.avail_out));
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

std::string extension_of(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto dot = path.rfind('.');
  if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) return "";
  std::string extension(path.substr(dot + 1));
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

}  // namespace

std::string encode_text(std::string_view utf8, const std::string& charset) {
  if (charset.empty() || charset == "utf-8") return std::string(utf8);
  const bool utf16 = charset == "utf-16";
  const std::string name = utf16 ? "UTF-16LE" : charset == "gb2312" ? "gb18030" : charset;
  std::string out(utf8.size() * 4 + 16, '\0');
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t length = ucnv_convert(name.c_str(), "UTF-8", out.data(), static_cast<std::int32_t>(out.size()),
                                           utf8.data(), static_cast<std::int32_t>(utf8.size()), &error);
  if (U_FAILURE(error)) throw std::runtime_error("charset " + charset + ": " + u_errorName(error));
  out.resize(static_cast<std::size_t>(length));
  return utf16 ? "\xFF\xFE" + out : out;
}

std::string with_meta_charset(const std::string& html, const std::string& charset) {
  static const std::regex declaration(R"((<meta[^>]{0,200}charset\s*=\s*["']?)[A-Za-z0-9_-]+)",
                                      std::regex::icase | std::regex::optimize);
  // A declaration counts only near the beginning; pages of megabytes need not be searched whole.
  const std::size_t head = std::min<std::size_t>(html.size(), 4096);
  const std::string changed = std::regex_replace(html.substr(0, head), declaration, "$1" + charset);
  return changed + html.substr(head);
}

std::string gzip_bytes(std::string_view bytes) {
  return deflate_all(bytes.size(), bytes);
}

std::string gzip_zeros(std::uint64_t count) {
  return deflate_all(count, {});
}

std::string small_asset(std::string_view path) {
  const std::string extension = extension_of(path);
  if (extension == "gif") return gif();
  if (extension == "png" || extension == "webp") return png();
  if (extension == "jpg" || extension == "jpeg") return jpeg();
  if (extension == "ico") return ico();
  if (extension == "bmp") return bmp();
  if (extension == "css") return "body{margin:0}\n";
  if (extension == "js") return "var ready=true;\n";
  if (extension == "svg") return R"(<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>)";
  if (extension == "woff") return "wOFF" + std::string(40, '\0');
  if (extension == "woff2") return "wOF2" + std::string(44, '\0');
  if (extension == "ttf") return std::string("\0\1\0\0", 4) + std::string(28, '\0');
  return "";
}

std::string bytes_tag(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

std::string media_type_of(std::string_view path) {
  static const std::map<std::string, std::string> types = {
      {"html", "text/html"},        {"htm", "text/html"},
      {"shtml", "text/html"},       {"jsp", "text/html"},
      {"do", "text/html"},          {"aspx", "text/html"},
      {"css", "text/css"},          {"js", "application/javascript"},
      {"json", "application/json"}, {"xml", "text/xml"},
      {"txt", "text/plain"},        {"gif", "image/gif"},
      {"png", "image/png"},         {"webp", "image/png"},
      {"jpg", "image/jpeg"},        {"jpeg", "image/jpeg"},
      {"bmp", "image/bmp"},         {"ico", "image/x-icon"},
      {"svg", "image/svg+xml"},     {"woff", "font/woff"},
      {"woff2", "font/woff2"},      {"ttf", "font/ttf"},
      {"pdf", "application/pdf"},   {"doc", "application/msword"},
      {"zip", "application/zip"},   {"xls", "application/vnd.ms-excel"},
      {"mp4", "video/mp4"},         {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
  };
  const auto found = types.find(extension_of(path));
  return found == types.end() ? "application/octet-stream" : found->second;
}

std::string percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace xuncha::portal
