#pragma once

#include <cstddef>
#include <string>
#include <string_view>

// Text that came from a portal is hostile in every sink. One escaping function a sink; each can be
// undone: reading the escaped form back gives clean_utf8(text), which the tests prove. Pure; any thread. JSON is
// written by nlohmann/json with error_handler_t::replace (daemon/report/record_json.cc).
namespace xuncha {

// The text as valid UTF-8: each maximal ill-formed part becomes U+FFFD (Unicode 3.9, as WHATWG decoders do).
std::string clean_utf8(std::string_view text);

// The first `bytes_max` bytes at most, cut between characters, with "…" where something was cut off.
std::string cut_text(std::string_view text, std::size_t bytes_max);

// For terminals: nothing in it moves the cursor, changes colours, or turns the direction of writing. C0 controls and
// DEL become their pictures (U+2400..), C1 controls and all format characters (bidi, zero width, tags, line
// separators) become ⟨U+202E⟩; so do the pictures and the bracket ⟨ themselves, so that the form can be read back.
std::string visible_text(std::string_view text);

// For people: a URL, or a sentence with some, in which percent-encoded UTF-8 is read where that is safe:
// "/%E9%99%84%E4%BB%B6/1.pdf" is "/附件/1.pdf". Parsing the result gives the same URL. Encoded stay ASCII characters,
// runs of escapes that are no UTF-8 as a whole (GB18030, say), and whatever shows nothing, is a space, or joins or
// turns the text around it (marks, format characters, private use, unassigned). Not escaped for any sink.
std::string readable_url(std::string_view url);

// For HTML text and quoted attribute values: visible_text with & < > " ' as character references.
std::string html_text(std::string_view text);

// For href="…": the URL as html_text where it is an absolute http or https URL, else empty (write no link then).
std::string html_href(std::string_view url);

// One CSV field by RFC 4180, always quoted. A field that a spreadsheet could take for a formula (after spaces and
// invisible characters it begins with = + - @ or their full-width forms), and one that begins with an invisible
// character or an apostrophe, gets an apostrophe in front. NUL becomes U+FFFD: spreadsheets end a field there.
std::string csv_field(std::string_view text);

// The value of key=value in a log line: bare where it is made of printable ASCII without space, quote, backslash and
// "=", else quoted with \" \\ \n \r \t \xNN (C0, DEL) and \u{N} (other invisible characters).
std::string log_value(std::string_view text);

// Columns that the text takes on a terminal: 2 for wide East Asian characters, 0 for combining marks (UAX 11).
// `text` is visible_text.
std::size_t display_width(std::string_view text);

// The first `columns` columns at most, with "…" in the last one where something was cut off.
std::string fit_width(std::string_view text, std::size_t columns);

}  // namespace xuncha
