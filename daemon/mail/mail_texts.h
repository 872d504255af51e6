#pragma once

#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/report/texts.h"

namespace xuncha {

// What mails say besides daemon/report/texts.h, one table a language (daemon/mail/mail_texts_*.cc). Immutable; any
// thread. Patterns: {name} is replaced by a value; "#" by a number.

// How a person sees for themselves whether a fault is mended. Patterns with {anchor}.
struct RecheckTexts {
  std::string_view rule;  // a rule or a family; empty: any other
  std::string_view text;
};

// A step of the dialogue with a mail server (MailReply::command) in plain words.
struct MailStepTexts {
  std::string_view command;
  std::string_view text;
};

struct MailTexts {
  // Subjects. {site} and {problem} are a site's name and a rule's title.
  std::string_view subject_digest;                 // {site} {counts}: those of subject_counts that are not 0
  std::array<std::string_view, 3> subject_counts;  // #, by News
  std::string_view subject_reminder;               // #: still open
  std::string_view subject_urgent;                 // {site} {problem}
  std::string_view subject_urgent_more;            // {site} {problem} #: further
  std::string_view subject_sites;                  // {site} #: sites
  std::string_view subject_test;

  // The top.
  std::string_view intro_digest;  // {from} {to}
  std::string_view intro_first;   // {to}: nothing was mailed before
  std::string_view intro_urgent;  // {to}
  std::string_view totals;        // #: opened, still open, closed, sites
  std::string_view held_back;     // #
  std::string_view on_the_web;    // {url}

  // The headings within a site, by News; and where there is more.
  std::array<std::string_view, 3> news;
  std::string_view left_out;        // #: of this site
  std::string_view sites_left_out;  // #: sites, cases

  // An item's lines.
  std::string_view relapse;         // #: the how manieth time
  std::string_view of_host;         // {host} #: addresses
  std::string_view places;          // #: places of the item
  std::string_view more_addresses;  // #
  std::string_view target, where, since, until, proof, explained, recheck, help, page_of_finding;
  std::string_view anchor;        // {anchor}
  std::string_view since_value;   // {opened} {seen}
  std::string_view days_open;     // #: behind since_value of a case that was told before
  std::string_view closed_value;  // {opened} {closed}
  std::string_view attempt;       // {at} {result}
  std::string_view attempts;      // {from} {to} {result} #: how many
  std::string_view answered;      // #: status
  std::string_view not_answered;  // {error}
  std::string_view control;       // {control}: what answered while the subject did not
  std::string_view defanged;      // said of a URL that is written so that nobody opens it
  std::string_view as_item;       // #: an item of the same fault, which says the same at length
  std::string_view no_anchor;     // a link without text: an image or a form

  std::string_view mute;         // {entry} #: how the configuration accepts a fault, by the example of an item
  std::string_view mute_reason;  // for the entry
  std::string_view footer;
  std::string_view test_text;  // {server} {from} {time}
  std::string_view test_hint;

  // `xuncha test-mail`.
  std::string_view test_server;  // {server} {security}
  std::span<const MailStepTexts> steps;
  std::array<std::string_view, 5> outcomes;  // by MailOutcome
  std::span<const RecheckTexts> rechecks;
};

const MailTexts& mail_texts(Language language);

// The pattern with its {names} replaced.
std::string filled(std::string_view pattern,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> values);

// The rule's own words, else its family's, else the general ones.
std::string_view recheck_of(const MailTexts& texts, std::string_view rule);

}  // namespace xuncha
