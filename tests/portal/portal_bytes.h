#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Bytes that portals are made of. Pure functions, any thread.
namespace xuncha::portal {

// UTF-8 text in another charset: "utf-8", "gb18030", "gbk", "gb2312", "big5", "utf-16" (little endian with BOM). A
// character that it lacks becomes a substitute. Throws std::runtime_error for a charset that ICU does not know.
std::string encode_text(std::string_view utf8, const std::string& charset);

// Says `charset` in every <meta> of an HTML page where another charset stood.
std::string with_meta_charset(const std::string& html, const std::string& charset);

std::string gzip_bytes(std::string_view bytes);
// A gzip stream of that many zero bytes, made without holding them.
std::string gzip_zeros(std::uint64_t count);

// The small valid image, style sheet, script or font for a path; empty when its extension is none of these.
// Pages, documents, audio and video have none: a missing one stays missing.
std::string small_asset(std::string_view path);

// 64-bit FNV-1a in hex, for ETags.
std::string bytes_tag(std::string_view bytes);

}  // namespace xuncha::portal
