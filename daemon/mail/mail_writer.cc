#include "daemon/mail/mail_writer.h"

#include <algorithm>
#include <array>

#include "daemon/report/escape.h"

namespace xuncha {
namespace {

constexpr std::string_view kBodyStyle =
    "margin:0;padding:16px;color:#1c232b;background:#ffffff;font:15px/1.6 'PingFang SC','Microsoft YaHei',"
    "'Noto Sans CJK SC',sans-serif";
constexpr std::array<std::string_view, 4> kColours = {"#5b8db8", "#d98a00", "#d9480f", "#b3001b"};  // by Severity

std::string element(std::string_view name, std::string_view style, std::string_view content) {
  std::string out = "<";
  out += name;
  out += " style=\"";
  out += style;
  out += "\">";
  out += content;
  out += "</";
  out += name;
  return out + ">\n";
}

std::string anchor(std::string_view url) {
  const std::string href = html_href(url);
  if (href.empty()) return html_text(url);
  return "<a href=\"" + href + "\" rel=\"noreferrer noopener nofollow\" style=\"color:#0b57a4\">" +
         html_text(readable_url(url)) + "</a>";
}

}  // namespace

MailWriter::MailWriter(Language language) : texts_(texts(language)) {
  html_ = "<!DOCTYPE html>\n<html lang=\"" + std::string(language_name(language)) +
          "\"><head><meta charset=\"utf-8\"></head>\n<body style=\"" + std::string(kBodyStyle) + "\">\n";
}

void MailWriter::title(std::string_view text) {
  text_ += visible_text(text) + "\n\n";
  html_ += element("h1", "font-size:19px;margin:0 0 8px", html_text(text));
}

void MailWriter::paragraph(std::string_view text) {
  text_ += visible_text(text) + "\n\n";
  html_ += element("p", "margin:6px 0", html_text(text));
}

void MailWriter::link_paragraph(std::string_view pattern, std::string_view url) {
  constexpr std::string_view kPlace = "{url}";
  const std::size_t at = pattern.find(kPlace);
  const std::string_view before = pattern.substr(0, at);
  const std::string_view after = at == std::string_view::npos ? std::string_view() : pattern.substr(at + kPlace.size());
  text_ += visible_text(before) + visible_text(url) + visible_text(after) + "\n\n";
  html_ += element("p", "margin:12px 0", html_text(before) + anchor(url) + html_text(after));
}

void MailWriter::site(std::string_view name) {
  text_ += "\n======== " + visible_text(name) + " ========\n\n";
  html_ += element("h2", "font-size:17px;margin:24px 0 8px;border-bottom:2px solid #d8dde3", html_text(name));
}

void MailWriter::section(std::string_view name) {
  text_ += "---- " + visible_text(name) + " ----\n\n";
  html_ += element("h3", "font-size:15px;margin:14px 0 4px;color:#5b6673", html_text(name));
}

void MailWriter::item(std::uint64_t number, Severity severity, std::string_view title) {
  const auto row = static_cast<std::size_t>(severity);
  const std::string_view word = texts_.words.severities[row];
  const std::string lead = std::to_string(number) + ". [";
  text_ += lead + visible_text(word) + "] " + visible_text(title) + "\n";
  html_ += "<div style=\"border:1px solid #d8dde3;border-left:6px solid " + std::string(kColours[row]) +
           ";border-radius:4px;margin:10px 0;padding:8px 12px;word-break:break-all\">\n";
  html_ += element("p", "margin:0 0 4px;font-weight:bold", lead + html_text(word) + "] " + html_text(title));
}

void MailWriter::html_label(std::string_view label) {
  html_ += "<p style=\"margin:2px 0\"><span style=\"color:#5b6673\">" + html_text(label) +
           html_text(texts_.words.colon) + "</span>";
}

void MailWriter::line(std::string_view label, std::string_view value) {
  if (value.empty()) return;
  text_ += "  " + visible_text(label) + std::string(texts_.words.colon) + visible_text(value) + "\n";
  html_label(label);
  html_ += html_text(value) + "</p>\n";
}

void MailWriter::link_line(std::string_view label, std::string_view url, std::string_view note) {
  text_ += "  " + visible_text(label) + std::string(texts_.words.colon) + visible_text(url) + visible_text(note) + "\n";
  html_label(label);
  html_ += anchor(url) + html_text(note) + "</p>\n";
}

void MailWriter::end_item() {
  text_ += "\n";
  html_ += "</div>\n";
}

void MailWriter::lines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    text_ += visible_text(text.substr(0, end)) + "\n";
    html_ += html_text(text.substr(0, end)) + "<br>\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  text_ += "\n";
}

void MailWriter::footer(std::string_view text) {
  text_ += "-- \n" + visible_text(text) + "\n";
  html_ += element("p", "margin:24px 0 0;padding-top:8px;border-top:1px solid #d8dde3;color:#5b6673;font-size:13px",
                   html_text(text));
}

}  // namespace xuncha
