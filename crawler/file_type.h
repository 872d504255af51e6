#pragma once

#include <cstdint>
#include <string_view>

namespace xuncha {

// What a file is by its first bytes. Names of Office formats stand for the container they share.
enum class FileType : std::uint8_t {
  kEmpty,
  kHtml,
  kPdf,
  kOle,  // doc, xls, ppt, wps, et, dps: OLE2 compound files
  kZip,  // docx, xlsx, pptx, ofd, zip
  kRar,
  k7z,
  kGzip,
  kRtf,
  kImage,  // png, jpeg, gif, webp, bmp, ico, svg, tiff, avif
  kMedia,  // mp4, mp3, flv, avi, wmv, wav, ogg, swf, mkv
  kText,   // printable bytes without markup of HTML
  kBinary,
};
// "empty", "html", "pdf", "ole", ...
std::string_view file_type_name(FileType type);

// Judges the first bytes of a file; 1 kB (limits::kAttachmentPrefixBytes) is enough. Leading white space and a byte
// order mark are passed over for HTML (WHATWG MIME Sniffing 7.1); every other mark stands at its fixed offset.
FileType sniff(std::string_view prefix);

// What an address leads its reader to expect.
enum class Promise : std::uint8_t { kPage, kAttachment, kImage, kMedia };

// `extension` of the path's last segment without the dot, any case, empty when there is none; `content_type` is the
// header's value (only read where the extension tells nothing); `tag` the lower-case element that holds the link.
Promise promised_type(std::string_view extension, std::string_view content_type, std::string_view tag);

// Conservative: only HTML where an attachment, an image or a film was promised breaks the promise. An
// empty file keeps it: that fault has a name of its own.
bool keeps_promise(Promise promise, FileType type);

// The extension of a URL path's last segment without its dot, at most 8 letters and digits; empty when there is none.
std::string_view path_extension(std::string_view path);

}  // namespace xuncha
