#include <array>

#include "daemon/mail/mail_texts.h"

namespace xuncha {

extern const MailTexts kEnglishMailTexts;

namespace {

constexpr std::array kRechecks = {
    RecheckTexts{"site.unreachable",
                 "Switch a mobile phone to its data network and open the home page: it should open within 15 seconds."},
    RecheckTexts{"site.tls",
                 "Open the home page in a browser, click the padlock (or \"not secure\") beside the address, and look "
                 "at the certificate's dates and names."},
    RecheckTexts{"site.soft404",
                 "Add /abc-404-test to the home page's address and open it: it should say that there is no such page, "
                 "with status 404."},
    RecheckTexts{"site.unjudged",
                 "Open the home page in a browser: if it opens, see whether the firewall keeps the patrol out."},
    RecheckTexts{"page.injected",
                 "Open the page in a browser, press Ctrl+U for its source, and search (Ctrl+F) for the domains in the "
                 "proof: they should be gone."},
    RecheckTexts{"link.hijacked",
                 "Do not open the address. Open the page where it stands, hold the mouse over {anchor} and read the "
                 "address at the lower left: it should be another, or the link gone."},
    RecheckTexts{"link.broken",
                 "Open the page where it stands in a browser and click {anchor}: it should open; an attachment should "
                 "download and open."},
    RecheckTexts{"link.wrong",
                 "Open the page where it stands in a browser, click {anchor}, and see whether it opens what the link "
                 "says."},
    RecheckTexts{"column", "Open the column in a browser and look at the date of its newest entry."},
    RecheckTexts{"column.lost",
                 "Look for the column from the home page's navigation, then open the address above: it should show the "
                 "column, or lead to the new one."},
    RecheckTexts{"home.stale", "Open the home page in a browser and look at the date of its newest entry."},
    RecheckTexts{"site.veto", "Open the columns listed, one by one, and look at the date of their newest entry."},
    RecheckTexts{"site.domain", "Open the home page in a browser and see at which name the address bar ends."},
    RecheckTexts{"content", "Open the page in a browser and compare the words and days above."},
    RecheckTexts{"page.metadata",
                 "Open a page listed, press Ctrl+U for its source and search (Ctrl+F) for the tag; marks of the foot "
                 "stand at the page's end."},
    RecheckTexts{"document.metadata", "Open the documents listed and see whether their facts are complete and agree."},
    RecheckTexts{"ipv6", "Have a technician open the address from a network that has IPv6 only."},
    RecheckTexts{"", "Open the address above, or the page where it stands, in a browser."},
};

constexpr std::array kSteps = {
    MailStepTexts{"", "connecting"},  MailStepTexts{"EHLO", "greeting"}, MailStepTexts{"STARTTLS", "encryption"},
    MailStepTexts{"AUTH", "login"},   MailStepTexts{"MAIL", "sender"},   MailStepTexts{"RCPT", "recipient"},
    MailStepTexts{"DATA", "sending"}, MailStepTexts{"END", "delivery"},
};

}  // namespace

const MailTexts kEnglishMailTexts = {
    .subject_digest = "[xuncha] {site}: {counts}",
    .subject_counts = {"# new", "# still open", "# mended"},
    .subject_reminder = "[xuncha] {site}: # still open",
    .subject_urgent = "[xuncha] URGENT {site}: {problem}",
    .subject_urgent_more = "[xuncha] URGENT {site}: {problem}, and # more",
    .subject_sites = "{site} and others (# sites)",
    .subject_test = "[xuncha] Test mail",
    .intro_digest = "What the patrol found from {from} to {to} (Beijing time).",
    .intro_first = "What the patrol has found by {to} (Beijing time).",
    .intro_urgent = "These grave faults were confirmed just now ({to}, Beijing time).",
    .totals = "# new, # still open, # mended, on # sites.",
    .held_back =
        "# further new faults are held back: their site is down or under maintenance; they follow when it is "
        "back.",
    .on_the_web = "All faults and their evidence: {url}",
    .news = {"New", "Still open", "Mended"},
    .left_out = "# more of this site are not listed.",
    .sites_left_out = "# more sites with # faults are not listed.",
    .relapse = " (occurrence #)",
    .of_host = "{host}, # addresses",
    .places = "# places",
    .more_addresses = "# more addresses",
    .target = "Address",
    .where = "Stands on",
    .since = "Since",
    .until = "From and to",
    .proof = "Proof",
    .explained = "Meaning",
    .recheck = "See for yourself",
    .help = "Basis, advice, see for yourself",
    .page_of_finding = "Details",
    .anchor = "link \"{anchor}\"",
    .since_value = "confirmed {opened}, last seen {seen}",
    .days_open = ", open for # days",
    .closed_value = "confirmed {opened}, closed {closed}",
    .attempt = "{at}: {result}",
    .attempts = "{from} to {to}, # times: {result}",
    .answered = "answered #",
    .not_answered = "did not open ({error})",
    .control = "{control} opened meanwhile: our own network was well",
    .defanged = " (hxxp stands for http and [.] for a dot, so that nobody opens it by accident)",
    .as_item = "as item #",
    .no_anchor = "the link (an image, or without text)",
    .mute =
        "Where nothing is to be done, have the administrator add an entry to the site's ignore list, for silence until "
        "then. For item #: {entry}",
    .mute_reason = "why",
    .footer = "No reply is needed: the patrol looks again by itself and closes what is mended. Sent by xuncha.",
    .test_text =
        "This is a test mail of xuncha. That it arrived means that mail is set up well.\n\nSent: {time} "
        "(Beijing time)\nServer: {server}\nFrom: {from}\n",
    .test_hint = "From now on mails follow mail.routes of the configuration; grave faults are told at once.",
    .test_server = "Mail server: {server} ({security})",
    .steps = kSteps,
    .outcomes = {"Sent: the server has taken the mail. Look into the inbox (and the junk folder).",
                 "Failed: the server refuses this recipient or this mail. Check the address, or ask the server's "
                 "administrator.",
                 "Not sent: the server wants us to come back later (greylisting, a full mailbox). The daemon tries "
                 "again by itself; try this again in some minutes.",
                 "Failed: the server cannot be reached or does not answer. Check host, port and security of "
                 "mail.server, and the firewall.",
                 "Failed until something is changed: check user, password, certificate and sender of the mail section "
                 "by the message above."},
    .rechecks = kRechecks,
};

}  // namespace xuncha
