#include <array>

#include "daemon/report/texts.h"

namespace xuncha {

extern const Texts kEnglishTexts;

namespace {

constexpr std::array kRules = {
    RuleTexts{
        .rule = "site.unreachable",
        .title = "Site cannot be opened",
        .basis = "Check indicators for government websites and new media (State Council General Office, "
                 "Guobanmihan [2019] No. 19), veto indicator \"site unreachable\" (5 % or more of a week's visits, 20 "
                 "or more a day)",
        .defaults =
            "the daemon visits the home page every 5 minutes; one that has not opened after 15 s is tried again "
            "after 20 to 40 s; two such pairs in a row are told, and a share of 5 % over a week besides. A single "
            "run: it does not open, seen again by a second visit. Always our own network is proven; times when "
            "it was down, and announced works, count for nobody",
        .detail = "The home page does not open. {why}",
        .advice = "Call the operator and the data centre now: server, DNS, firewall, certificate. Patrol again after "
                  "recovery.",
    },
    RuleTexts{
        .rule = "site.tls",
        .title = "Fault of the site's certificate",
        .basis = "Rule of the patrol: browsers stop at a bad certificate, and the public cannot open the site (Check "
                 "indicators, Guobanmihan [2019] No. 19, veto indicator \"site unreachable\")",
        .defaults = "certificate expired or not yet valid, other name, incomplete chain, untrusted root, nothing newer "
                    "than TLS 1.1, seen again by a second visit; the end of a certificate is told 30, 14, 7 and 1 days "
                    "before, each once for each certificate",
        .detail = "{why}",
        .advice = "Have the certificate renewed or the intermediate certificates added; check that it names the host "
                  "with and without www.",
    },
    RuleTexts{
        .rule = "page.injected",
        .title = "Hidden links look injected",
        .basis = "Check indicators for government websites and new media (Guobanmihan [2019] No. 19), veto indicator "
                 "\"serious safety and secrecy incidents\" (pages tampered with and not dealt with in time)",
        .defaults = "a block of links that visitors cannot see, to 10 or more unrelated domains or with wording of "
                    "gambling or pornography",
        .detail = "The page's source holds external links that visitors cannot see[, to {compared} unrelated domains]; "
                  "it looks tampered with.[ Domains: {excerpt}]",
        .advice = "Tell network security now: keep the evidence, remove the code, find how the server was entered, "
                  "report to the police where required.",
    },
    RuleTexts{
        .rule = "link.hijacked",
        .title = "Linked site taken over",
        .basis = "Check indicators for government websites and new media (Guobanmihan [2019] No. 19), veto indicator "
                 "\"serious safety and secrecy incidents\" (linking to harmful content); a domain for sale or "
                 "unrelated content: scored indicator \"functions: usability\" (wrong links)",
        .defaults = "the linked site now shows gambling, pornography, a domain for sale, or nothing to do with the "
                    "link's text",
        .detail = {},
        .advice = "Remove or replace the link now; to keep it, use the organisation's present address.",
    },
    RuleTexts{
        .rule = "link.broken",
        .title = "Broken link (does not open)",
        .basis = "Check indicators for government websites and new media (Guobanmihan [2019] No. 19), scored "
                 "indicator \"functions: usability\" (links, images, attachments unusable); yearly work plans: \"no "
                 "wrong links, no broken links\"",
        .defaults = "the target of a link, attachment, image or style does not open, seen again by a second visit; "
                    "blocked or behind a login is no fault",
        .detail = {},
        .advice = {},
    },
    RuleTexts{
        .rule = "link.wrong",
        .title = "Wrong link (opens something else)",
        .basis = "Check indicators for government websites and new media (Guobanmihan [2019] No. 19), scored "
                 "indicator \"functions: usability\" (links, images, attachments wrong); yearly work plans: \"no "
                 "wrong links, no broken links\"",
        .defaults = "opens, but as a \"not found\" page, the home page, an empty file, another type or title; internal "
                    "addresses and misspelt URLs",
        .detail = {},
        .advice = {},
    },
    RuleTexts{
        .rule = "column.stale",
        .title = "Column not updated for long",
        .basis = "National check indicators (国办秘函〔2019〕19号), veto indicator 栏目不更新; work plans: at least "
                 "one item a "
                 "week in columns of work news",
        .defaults = "news: 7 days (weeks without a working day do not count); notices, policies and interpretations: 6 "
                    "months; others: 1 year; by the list's dates and the newest item's own page together",
        .detail =
            "The newest item is dated {compared}: nothing new for more than {limit} days.[ Newest: \"{excerpt}\"]",
        .advice =
            "Have the office in charge publish; take a column that is no longer used offline or mark it as archived; "
            "configure a limit of its own where another duty holds.",
    },
    RuleTexts{
        .rule = "column.blank",
        .title = "Blank column",
        .basis = "National check indicators (国办秘函〔2019〕19号), veto indicator 栏目不更新 (blank columns); work "
                 "plans: no "
                 "blank columns",
        .defaults = "the column opens, its list holds nothing and the page says so, seen twice",
        .detail = "The column holds nothing and says so itself.",
        .advice = "Fill the column, or take it offline until it is needed.",
    },
    RuleTexts{
        .rule = "column.undated",
        .title = "List without dates",
        .basis = "National check indicators (国办秘函〔2019〕19号): items without a date count as not updated",
        .defaults = "none of the items in the list has a date, seen twice",
        .detail = "None of the {compared} items in the list is dated: whether the column is updated cannot be told.",
        .advice = "Show the date of each item in the list.",
    },
    RuleTexts{
        .rule = "column.lost",
        .title = "Column lost",
        .basis = "Work plans: no wrong or dead links (杜绝错链、断链); care when websites are rebuilt, merged or moved "
                 "(政府网站新建、整合、改版、迁移)",
        .defaults =
            "a column whose list was read twice before: its page is gone (404 and the like) or leads to the home "
            "page, no other column shows its items, and a look 12 hours later finds the same; a "
            "portal that was rebuilt is not told; closed after thirty days when nothing on the site refers to it any "
            "more",
        .detail = "The column \"{excerpt}\" was there on {compared}. It is gone now, and stands nowhere else on the "
                  "site.",
        .advice = "If it was removed by mistake, restore it or redirect its address to the new column; if it was "
                  "closed, see that its items were moved and its entry in the navigation is gone: this is closed after "
                  "thirty days then, or ignore it.",
    },
    RuleTexts{
        .rule = "home.stale",
        .title = "No news on the home page for long",
        .basis = "National check indicators (国办秘函〔2019〕19号), veto indicator 首页不更新 (2 weeks; where the home "
                 "page is only navigation, all second-level pages)",
        .defaults = "no date on the home page, in the addresses it links to, or on the articles it leads to is of the "
                    "last 14 days, the whole site was read, and a second visit of the home page says the same; undated "
                    "headlines of other sites and lists filled by scripts make it undecided",
        .detail = "The newest item of the home page[ (which is only navigation: of the {control} columns below it)] is "
                  "dated {compared}: nothing new for more than {limit} days.",
        .advice = "Publish on the home page, or show the dates of what is new there.",
    },
    RuleTexts{
        .rule = "site.veto",
        .title = "As many columns stale or blank as fail the whole site, or nearly",
        .basis = "National check indicators (国办秘函〔2019〕19号), veto indicator 栏目不更新",
        .defaults = "columns told as not updated, counted by the nation's limits (guides and interaction left out): "
                    "news for 2 weeks and first-level notices and "
                    "policies for 6 months, together 5; stale for long, 10; blank, 5; told one step before with "
                    "severity minor; undated columns count as not updated",
        .detail = "{control}: {compared}. From {limit} on, the whole site fails (veto).",
        .advice = "Have the columns named here updated; merge or retire those that are no longer used.",
    },
    RuleTexts{
        .rule = "content.expired",
        .title = "A document that is no longer in force bears no mark",
        .basis = "Guobanfa [2018] No. 37 on administrative normative documents; work plans: revised and expired "
                 "documents to be marked in time",
        .defaults = "another page of the site says that the document is repealed, title and number agree, and its own "
                    "page, read again, bears no mark; a document past its own last day by 30 days is told as info",
        .detail = "[Another page of the site ({control}) says that this document is repealed: \"{excerpt}\". ][By its "
                  "own page the document ended on {limit}. ]Its page bears no mark of that[ and shows its validity as "
                  "\"{compared}\"].",
        .advice =
            "Check the document: mark it as repealed or expired in its title and validity, and take it out of the "
            "library of documents in force; or correct the page that says so.",
    },
    RuleTexts{
        .rule = "content.unrotated",
        .title = "Outdated content left standing",
        .basis = "National check indicators (国办秘函〔2019〕19号), 征集调查 and 发布解读; work plans: daily patrol, "
                 "content updated in time",
        .defaults =
            "a consultation 7 days past the deadline on its page still calls itself open and shows no result; "
            "a list whose newest item is older than 30 days still marks items as NEW; seen twice. A carousel or "
            "headline of the home page that shows dated news shows the same for 30 days (seen at intervals, its "
            "newest item older than that; where it never was seen to change, by the days of all its addresses "
            "and articles); entrances and topics without a day or caption owe nothing, another order is no change. A "
            "title "
            "there names a deadline 30 days ago, greets a festival or jubilee 90 days ago, or is the topic of "
            "yearly sessions 180 days ago. So does a topic in a list of topics (专题专栏) there, which names the "
            "sessions or a festival with their year, or greets an event (a jubilee counts from the end of its year); "
            "archives of topics, lists that lead to one, topics beside the same of another year, plans, reports and "
            "what the law asks to be kept owe nothing. A page linked from the home page or a column says only "
            "that it is being built, at two sights 30 days apart",
        .detail = "{control}[ (\"{excerpt}\")].[ Day: {compared}.][ Limit: {limit} days.]",
        .advice = "Take outdated content off or renew it; close consultations and publish their results; show recent "
                  "news in carousels and headlines; finish pages that are being built, or take their links off.",
    },
    RuleTexts{
        .rule = "content.backdated",
        .title = "An article bears a day on which it was not published",
        .basis = "National check indicators (国办秘函〔2019〕19号), veto indicator on forged dates (伪造发稿日期)",
        .defaults =
            "the day shown is 180 days or more after the one that META, address and signature agree on, seen "
            "twice; documents with a number may be published again. Or a list of news or notices that is sorted by day "
            "shows an article at its place that did not stand there when the list was last read, 180 days or "
            "more after the day it carries, while older ones did; its own page says the same day, at two sights "
            "half a day apart, and nothing like it stood elsewhere on the site before. Three in a list or six "
            "on a site within a month are taken for an import",
        .detail =
            "[The article shows {compared}, but META, address and signature say that it is of {limit} or near it.]"
            "[List and article say {compared}, but the article came into the list long after that: between the "
            "readings of {control}. Older articles stood there before.]",
        .advice = "Check the day: restore the true one, or state when it was first published.",
    },
    RuleTexts{
        .rule = "page.metadata",
        .title = "Mandated META tags or marks of the foot are missing",
        .basis = "Guidelines for government websites (国办发〔2017〕47号), annex 2; national check indicators "
                 "(国办秘函〔2019〕19号), 页面标签, 网站标识, 监督举报入口",
        .defaults = "home page: SiteName, SiteDomain, SiteIDCode; columns: ColumnName, ColumnType; articles: "
                    "ArticleTitle, PubDate, ContentSource; foot: site code, ICP and police numbers, the mark of public "
                    "bodies, the error report entry (missing on the home page and another page). Samples of each kind "
                    "of page, one finding for each thing missing; not asked of sites without any sign of a government",
        .detail = "{compared} is missing: {limit}, {places} pages seen[ ({listed} of them listed)].",
        .advice = "Have it added to the page template: that mends all pages of the kind.",
    },
    RuleTexts{
        .rule = "document.metadata",
        .title = "Facts of documents are missing or contradict each other",
        .basis = "Work plans: title, text, number, day written, day published and validity of normative documents; "
                 "guidelines for government websites (国办发〔2017〕47号), annex 2",
        .defaults = "a document in a column of normative documents lacks one of the six; other numbered documents: an "
                    "empty label in their table; written after published, numbered in another year, META and page more "
                    "than a day apart; seen twice, one finding for each kind",
        .detail = "{compared}: {places} pages seen[ ({listed} of them listed)].[ For example: {excerpt}.]",
        .advice = "Complete or correct the documents listed; where all pages are like that, check the template.",
    },
    RuleTexts{
        .rule = "ipv6.broken",
        .title = "The site does not open over IPv6",
        .basis =
            "Action plan for the large-scale deployment of IPv6 (2017); Check indicators, Guobanmihan [2019] No. 19, "
            "design of functions: IPv6",
        .defaults = "the name has an IPv6 address, but the home page does not open there (connection, certificate or "
                    "status) while it does over IPv4; our own IPv6 is proven by others who answer",
        .detail = "The home page opens over IPv4 but not over IPv6[ ({address})]. {why}",
        .advice =
            "Have the listener, firewall, load balancer and certificate of the IPv6 address checked; if that takes "
            "time, withdraw the AAAA record, which makes visitors wait or fail.",
    },
    RuleTexts{
        .rule = "ipv6.inconsistent",
        .title = "IPv6 shows another page than IPv4",
        .basis = "Action plan for the large-scale deployment of IPv6 (2017); national IPv6 monitoring: equality of the "
                 "home page over both",
        .defaults =
            "the home page over IPv4, IPv6, IPv4: both sights over IPv4 agree, the one over IPv6 ends elsewhere, has "
            "another title, or shares less than 0.9 of the text or links",
        .detail = "Over IPv6 the home page is another than over IPv4[: {compared}].[ Excerpt: \"{excerpt}\"]",
        .advice = "Have it checked that the IPv6 address leads to the right site (virtual host, load balancer, cache).",
    },
    RuleTexts{
        .rule = "ipv6.missing",
        .title = "The site has no usable IPv6 address",
        .basis =
            "Action plan for the large-scale deployment of IPv6 (2017); Check indicators, Guobanmihan [2019] No. 19, "
            "design of functions: IPv6",
        .defaults =
            "the name has no AAAA record, or only what address translation (NAT64) made; our own IPv6 is proven by "
            "others who answer",
        .detail =
            "The name of the site has no IPv6 address (AAAA record): visitors with IPv6 alone cannot open it.[ What "
            "was found is the translated address {compared}.]",
        .advice = "Have IPv6 switched on by the data centre or cloud provider, and add an AAAA record.",
    },
    RuleTexts{
        .rule = "ipv6.skylight",
        .title = "Parts of the home page are missing over IPv6",
        .basis = "Action plan for the large-scale deployment of IPv6 (2017): no \"skylights\"",
        .defaults =
            "the home page opens over IPv6, but pictures, scripts, styles or frames come from hosts without IPv6 "
            "that are well over IPv4",
        .detail =
            "The home page opens over IPv6, but loads pictures, scripts or the like from {compared} hosts without "
            "IPv6[ ({excerpt})]: visitors with IPv6 alone see holes.",
        .advice = "Move these files to the site itself, or have IPv6 switched on at those hosts.",
    },
    RuleTexts{
        .rule = "ipv6.links",
        .title = "Too few links of the site open over IPv6",
        .basis =
            "Action plan for the large-scale deployment of IPv6 (2017); national IPv6 monitoring: support of links of "
            "level 2 and 3",
        .defaults =
            "of the links of the site on the home page (level 2) and on those pages (level 3), up to 400 of each in a "
            "check and 40 a day in the service, surely more than 15 % open over IPv4 and, asked twice, not over IPv6",
        .detail =
            "Of the links of the site that were asked, only {compared} open over IPv6[; those that do not: {excerpt}].",
        .advice = "Have it checked that all hosts of the site have working IPv6.",
    },
    RuleTexts{
        .rule = "site.domain",
        .title = "Home page leads to a name that is no government's",
        .basis =
            "Guidelines for the development of government websites (Guobanfa [2017] No. 47), domain names; notice on "
            "the administration of domain names of government websites (Guobanhan [2018] No. 55)",
        .defaults = "the configured home page stands under .gov.cn (or .政务), and what is shown under another name",
        .detail = "The home page leads to {compared}[ ({redirect})], which is no .gov.cn name.",
        .advice =
            "Bring the site back under its .gov.cn name; of a site that was closed or moved leave a notice there. "
            "If the redirect is not your own, have the server examined for tampering at once.",
    },
    RuleTexts{
        .rule = "site.soft404",
        .title = "Missing pages do not answer 404",
        .basis = "Rule of the patrol (no national clause): dishonest status codes hide broken links",
        .defaults = "an address that cannot exist is answered with success or a redirect to the home page",
        .detail = "An address that cannot exist was not answered with 404[ but with {status}][ and led to {redirect}]."
                  "[ Excerpt: \"{excerpt}\"]",
        .advice = "Have the error page answer with status 404 (a friendly page may stay): otherwise neither search "
                  "engines nor patrols can see broken links.",
    },
    RuleTexts{
        .rule = "site.unjudged",
        .title = "Not judged",
        .basis = "Rule of the patrol: no verdict is not a good verdict and must be listed",
        .defaults = "no verdict when the site blocks the patrol, our own network is in doubt or the whole host is down",
        .detail = "No verdict was possible; this is no fault of the site. {why}[ Pages not judged / all pages: "
                  "{compared}.]",
        .advice = {},
    },
};

constexpr std::string_view kCheckLink = "Check the link: give the new address of a moved page, remove a withdrawn one.";
constexpr std::string_view kContactOwner =
    "Look at it in a browser; if the server is yours have it mended, else tell its owner, or replace or remove the "
    "link.";
constexpr std::string_view kAllowPatrol =
    "Ask the site's operator to allow this patrol's address in the firewall; until then check by hand.";
constexpr std::string_view kFixRedirect =
    "Have the redirect rules checked; for a foreign site, link to the final address instead.";
constexpr std::string_view kRenewCertificate =
    "Tell the target site to renew its certificate; until then link to an address that opens, or remove the link.";
constexpr std::string_view kReplaceFile = "Upload the right file again and update the link.";
constexpr std::string_view kPatrolAgain =
    "Nothing to do on the site; check the network of the patrolling machine and patrol again.";

constexpr std::array kReasons = {
    // broken
    ReasonTexts{"dns_nxdomain", "no such domain", "The domain does not exist: given up, or misspelt.",
                "Check the spelling; give the new domain, or remove the link."},
    ReasonTexts{"dns_failure", "DNS failure", "The name server gave no usable answer.", kContactOwner},
    ReasonTexts{"connect_refused", "connection refused", "The server[ {address}] refuses connections.", kContactOwner},
    ReasonTexts{"connect_timeout", "connect timeout",
                "The server[ {address}] does not answer connections[ (waited {seconds} seconds)].", kContactOwner},
    ReasonTexts{"connect_failure", "cannot connect", "No connection to the server[ {address}].", kContactOwner},
    ReasonTexts{"tls_expired", "certificate expired", "The certificate is not valid now; browsers stop the visitor.",
                kRenewCertificate},
    ReasonTexts{"tls_name", "certificate for other names",
                "The certificate is for other names; browsers stop the visitor.", kRenewCertificate},
    ReasonTexts{"tls_failure", "TLS failure", "No secure connection to the server[ {address}]; browsers may fail too.",
                kContactOwner},
    ReasonTexts{"tls_obsolete", "TLS out of use",
                "The server speaks only TLS 1.0 or 1.1, which no browser does any more.", kContactOwner},
    ReasonTexts{"timeout", "timeout",
                "The server[ {address}] did not send everything in time[ (waited {seconds} seconds)].", kContactOwner},
    ReasonTexts{"truncated", "cut off",
                "The connection closed before the end: the file or page does not open, or is incomplete.",
                "Have the server checked; upload an attachment again."},
    ReasonTexts{"protocol_error", "protocol error", "The answer is no proper HTTP; browsers may not open it.",
                kContactOwner},
    ReasonTexts{"decompression_bomb", "decompression bomb",
                "The compressed answer grows beyond all measure: an attack or a grave fault.",
                "Have network security look at what this address sends."},
    ReasonTexts{"redirect_loop", "redirect loop", "The redirects lead in a circle; it never opens.[ Last: {redirect}]",
                kFixRedirect},
    ReasonTexts{"redirect_limit", "too many redirects", "Too many redirects; it did not open.[ Last: {redirect}]",
                kFixRedirect},
    ReasonTexts{"redirect_without_location", "redirect to nowhere",
                "The server redirects[ ({status})] without saying where to.", kFixRedirect},
    ReasonTexts{"http_400", "400 bad request", "The server answers 400: it does not accept this address.", kCheckLink},
    ReasonTexts{"http_404", "404 not found", "The server answers 404: no such page or file.", kCheckLink},
    ReasonTexts{"http_410", "410 gone", "The server answers 410: deleted for good.", kCheckLink},
    ReasonTexts{"http_500", "500 server error", "The server answers 500: its program failed.", kContactOwner},
    ReasonTexts{"http_502", "502 bad gateway", "The server answers 502: the program behind its gateway failed.",
                kContactOwner},
    ReasonTexts{"http_503", "503 unavailable", "The server answers 503: out of service for now.", kContactOwner},
    ReasonTexts{"http_504", "504 gateway timeout", "The server answers 504: its gateway waited in vain.",
                kContactOwner},
    ReasonTexts{"http_4xx", "4xx refused", "The server answers {status}: it refused this request.", kCheckLink},
    ReasonTexts{"http_5xx", "5xx server error", "The server answers {status}: it failed.", kContactOwner},
    ReasonTexts{"http_xxx", "odd status", "The server answers with the odd status {status}.", kContactOwner},
    // wrong
    ReasonTexts{
        "soft_404", "says \"not found\"",
        "It opens, but as a page that says \"not found\": as does an address that cannot exist, or by a redirect to "
        "the site's error page[ {redirect}].[ (Excerpt: "
        "\"{excerpt}\")]",
        kCheckLink},
    ReasonTexts{"redirect_home", "leads home", "It leads to the home page[ {redirect}], not to what the link says.",
                kCheckLink},
    ReasonTexts{"empty_file", "empty file", "It opens, but is empty (0 bytes).", kReplaceFile},
    ReasonTexts{"wrong_type", "wrong type",
                "What opens is not of the promised type[: expected {limit}][, found {compared}].", kReplaceFile},
    ReasonTexts{"title_mismatch", "other title",
                "Another document opens than the link names[: the link says \"{limit}\"][, the page \"{compared}\"].",
                "Check the link; give the address of the document that it names."},
    ReasonTexts{"internal_address", "internal address",
                "The link points to an internal address or a local file[ ({compared})]: the public cannot open it.",
                "Upload the file to the site and link to its public address, or remove the link."},
    ReasonTexts{"malformed_url", "misspelt URL", "The URL is misspelt[ ({compared})]; browsers cannot open it.",
                "Correct it: doubled http://, spaces, full-width characters, missing slashes."},
    // hijacked
    ReasonTexts{"parked", "domain for sale", "The linked site is now a parked domain.[ (Excerpt: \"{excerpt}\")]",
                kCheckLink},
    ReasonTexts{"gambling", "gambling or pornography",
                "The linked site now shows gambling or pornography.[ (Excerpt: \"{excerpt}\")]", kCheckLink},
    ReasonTexts{"unrelated", "unrelated content",
                "The linked site has nothing to do with the link's text; the domain may have a new owner."
                "[ (Excerpt: \"{excerpt}\")]",
                kCheckLink},
    // blocked
    ReasonTexts{"http_401", "401 login", "The site asks for a login (401); the patrol cannot see the content.",
                kAllowPatrol},
    ReasonTexts{"http_403", "403 blocked", "The site refuses the patrol (403); the public may well be let in.",
                kAllowPatrol},
    ReasonTexts{"http_407", "407 proxy login", "A proxy in between asks for a login (407).", kAllowPatrol},
    ReasonTexts{"http_429", "429 too often", "The site finds the patrol too frequent (429); it slowed down.",
                kAllowPatrol},
    ReasonTexts{"http_blocked", "blocked",
                "The site's protection blocks the patrol ({status}); the public may well be let in.", kAllowPatrol},
    ReasonTexts{"http_503_retry", "503 come again later", "The site asks to come again later (503 with Retry-After).",
                "Nothing to do; if it stays so, ask the site's operator."},
    ReasonTexts{"challenge", "challenge page",
                "The site first puts visitors to a test (a challenge page, or redirects that set a cookie); the patrol "
                "passes none and "
                "cannot see the content.",
                kAllowPatrol},
    // inconclusive
    ReasonTexts{"blind", "own network in doubt",
                "The patrolling machine's own network was in doubt; what was seen then is void.[ ({control})]",
                kPatrolAgain},
    ReasonTexts{"host_down", "whole host down",
                "The whole host is down; its links are not judged one by one.[ ({control})]",
                "Look at that host; patrol again after recovery."},
    ReasonTexts{"breaker_open", "paused", "The host failed many times in a row; requests are paused to spare it.",
                "It is tried again by itself; or patrol again."},
    ReasonTexts{"tls_unsupported", "no common TLS version",
                "The server speaks no common TLS version (only TLCP or an obsolete one); the content cannot be seen.",
                "Check by hand with a suitable browser."},
    ReasonTexts{"engine_error", "patrol failed", "The patrol itself failed; there is no verdict.", kPatrolAgain},
    ReasonTexts{"script_rendered", "made by scripts",
                "The content appears only by scripts, which the patrol does not "
                "run.",
                "Check the page by hand."},
    ReasonTexts{"quarantined", "quarantined", "This address made the patrol fail before and is not requested any more.",
                "Check the page by hand and tell the maintainers of the patrol."},
    ReasonTexts{"too_large", "too large", "The content is beyond the patrol's bound and was not read to its end.",
                "Check the page by hand."},
    // skipped
    ReasonTexts{"robots", "robots.txt", "The site's robots.txt does not allow this address.",
                "For a site of your own, allow it there or use --own-site."},
    ReasonTexts{"site.unreachable", "",
                "Of the last visits of the home page so many did not open that the check indicator's line is "
                "reached[: {compared}][, line {limit}]. It may open now, but often it does not.",
                ""},
    ReasonTexts{"site.tls", "",
                "The site's certificate is about to end[: {compared} Beijing time][, less than {limit} left]. Then "
                "browsers stop, and the public cannot open the site.",
                "Have it renewed in time, and put the new one on every server, CDN and load balancer of this name."},
    ReasonTexts{"site.tls tls_expired", "",
                "The site's certificate[ {validity}][ (valid from {valid_from} until {valid_to}, Beijing time)]; "
                "browsers stop, and the public cannot open the site.",
                "Put a valid certificate on every server, CDN and load balancer of this name now; if it was just "
                "renewed, check the server's clock and when it begins."},
    ReasonTexts{"site.tls tls_name", "",
                "The site's certificate is not for this name[ (it is for {names})]; browsers stop, and the public "
                "cannot open the site.",
                "Use a certificate that names this host; check that it has the name with and without www."},
    ReasonTexts{"site.tls tls_failure", "",
                "Browsers do not trust the site's certificate[: {chain}]. They say \"not secure\" and stop.",
                "Install the whole chain (the site's certificate and the intermediate ones); replace a self-signed one "
                "by one of an authority that browsers trust."},
    ReasonTexts{"site.tls tls_obsolete", "",
                "The server speaks only a TLS version that is out of use[ ({compared})]; no browser does any more, and "
                "the public cannot open the site by https.",
                "Switch TLS 1.2 and 1.3 on at the server (or the firewall or load balancer before it), TLS 1.0 and 1.1 "
                "off."},
    ReasonTexts{"scope", "out of scope", "The address is out of this patrol's scope.", ""},
    ReasonTexts{"budget", "budget reached", "A budget of this patrol was reached; not requested.",
                "Raise --max-pages, --max-depth or --time-limit."},
    ReasonTexts{"address", "address refused",
                "The name resolves to an internal or reserved address[ {compared}], which is not visited by default.",
                "To patrol an internal network, permit its range with --allow-cidr."},
    ReasonTexts{"excluded", "excluded", "The address is excluded by --exclude or the ignore list.", ""},
};

constexpr std::array kEvidence = {
    EvidenceTexts{"page.injected", "Unrelated domains", "Judged from", "Words found", "Domains linked"},
    EvidenceTexts{"column.stale", "day of the newest item", "limit (days)", "address of the newest item",
                  "title of the newest item"},
    EvidenceTexts{"column.blank", "items", "", "", ""},
    EvidenceTexts{"column.undated", "items", "", "", ""},
    EvidenceTexts{"column.lost", "last seen", "", "its newest item then", "name of the column"},
    EvidenceTexts{"home.stale", "Newest day", "Limit (days)", "Columns below", ""},
    EvidenceTexts{"site.veto", "Columns", "Veto from", "Counted", ""},
    EvidenceTexts{"content.expired", "Validity shown", "Last day", "Page that repeals it", "Its words"},
    EvidenceTexts{"content.unrotated", "Day", "Limit (days)", "Fault", "What"},
    EvidenceTexts{"content.backdated", "Day shown", "Day of META, address and signature",
                  "List read without it / with it", "Title"},
    EvidenceTexts{"page.metadata", "Missing", "Pages", "Pages of the kind read", ""},
    EvidenceTexts{"document.metadata", "Fault", "", "", "For example"},
    EvidenceTexts{"ipv6.broken", "Over IPv6", "Over IPv4", "Answered us over IPv6", ""},
    EvidenceTexts{"ipv6.inconsistent", "Over IPv6", "Over IPv4, or judged below", "Answered us over IPv6", ""},
    EvidenceTexts{"ipv6.missing", "Address found", "Range", "Answered us over IPv6", ""},
    EvidenceTexts{"ipv6.links", "Links that open / asked", "Judged below", "", "Links that do not open"},
    EvidenceTexts{"ipv6.skylight", "Hosts without IPv6", "Hosts loaded from", "", "Hosts without IPv6"},
    EvidenceTexts{"site.domain", "Name it is shown under", "Expected", "", ""},
    EvidenceTexts{"site.soft404", "Address asked", "Expected status", "", ""},
    EvidenceTexts{"site.unjudged", "Pages not judged / all pages", "Judged above", "", ""},
    EvidenceTexts{"site.tls", kUnsaid, kUnsaid, "", ""},
    EvidenceTexts{"soft_404", "Words found, or where it leads", kUnsaid, "", ""},
    EvidenceTexts{"redirect_home", "What opens", "Address linked", "", ""},
    EvidenceTexts{"empty_file", "Bytes", "", "", ""},
    EvidenceTexts{"title_mismatch", "What opens", "What the link says", "", ""},
    EvidenceTexts{"internal_address", "As written", "", "", ""},
    EvidenceTexts{"malformed_url", "As written", "", "", ""},
    EvidenceTexts{"parked", "Words found", "", "", ""},
    EvidenceTexts{"gambling", "Words found", "", "", ""},
    EvidenceTexts{"unrelated", "Words found", "", "", ""},
};

constexpr std::array kTags = {
    NamedWord{"a", "link"},
    NamedWord{"area", "link on a picture"},
    NamedWord{"img", "picture"},
    NamedWord{"iframe", "inset page"},
    NamedWord{"frame", "frame"},
    NamedWord{"option", "choice of a list"},
    NamedWord{"video", "video file"},
    NamedWord{"audio", "sound"},
    NamedWord{"source", "picture, video or sound"},
    NamedWord{"embed", "inset file"},
    NamedWord{"object", "inset file"},
    NamedWord{"meta", "forwarding page"},
    NamedWord{"link", "style or icon"},
    NamedWord{"style", "picture in a style sheet"},
    NamedWord{"script", "script file"},
    NamedWord{"input", "picture button"},
};

constexpr std::array kFacts = {
    NamedWord{"family_home", "home page"},
    NamedWord{"family_column", "columns"},
    NamedWord{"family_article", "articles"},
    NamedWord{"family_foot", "foot of the home page and others"},
    NamedWord{"SiteName", "META tag SiteName"},
    NamedWord{"SiteDomain", "META tag SiteDomain"},
    NamedWord{"SiteIDCode", "META tag SiteIDCode"},
    NamedWord{"ColumnName", "META tag ColumnName"},
    NamedWord{"ColumnType", "META tag ColumnType"},
    NamedWord{"ArticleTitle", "META tag ArticleTitle"},
    NamedWord{"PubDate", "META tag PubDate"},
    NamedWord{"ContentSource", "META tag ContentSource"},
    NamedWord{"foot_site_code", "site code (政府网站标识码)"},
    NamedWord{"foot_icp", "ICP number"},
    NamedWord{"foot_police", "police registration number"},
    NamedWord{"foot_conac", "mark of public bodies (党政机关网站标识)"},
    NamedWord{"foot_report", "error report entry (我为政府网站找错)"},
    NamedWord{"no_title", "documents without a title"},
    NamedWord{"no_text", "documents without text or file"},
    NamedWord{"no_number", "documents without a number"},
    NamedWord{"no_written", "documents without the day written"},
    NamedWord{"no_published", "documents without the day published"},
    NamedWord{"no_validity", "documents without validity"},
    NamedWord{"written_after_published", "documents written after they were published"},
    NamedWord{"number_of_other_year", "documents numbered in a year they were not written in"},
    NamedWord{"meta_differs", "META and page show different days of publication"},
    NamedWord{"veto_updates", "news columns stale for 2 weeks and first-level notices and policies stale for 6 months"},
    NamedWord{"veto_stale", "columns stale for long"},
    NamedWord{"veto_blank", "blank columns"},
    NamedWord{"consultation_open", "A consultation past its deadline still calls itself open and shows no result"},
    NamedWord{"new_marks", "A list marks items as NEW though even the newest is old"},
    NamedWord{"TLSv1", "TLS 1.0"},
    NamedWord{"TLSv1.1", "TLS 1.1"},
    NamedWord{"slot_carousel",
              "The carousel (轮播图) of the home page was not renewed, and its newest item is old; titles, and the "
              "days when it was first and last seen so"},
    NamedWord{"slot_headline", "The headline (头条) of the home page was not renewed, and is old"},
    NamedWord{"slot_event", "A carousel or headline of the home page still announces what is long over"},
    NamedWord{"slot_topics", "The list of topics (专题专栏) on the home page still names what is long over"},
    NamedWord{"subject_slot_carousel", "carousel of the home page"},
    NamedWord{"subject_slot_headline", "headline of the home page"},
    NamedWord{"subject_slot_event", "carousel or headline of the home page"},
    NamedWord{"subject_slot_topics", "topics of the home page"},
    NamedWord{"page_unfinished", "A page says only that it is being built or rebuilt"},
};

constexpr std::array kTypes = {
    NamedWord{"html", "a web page"},
    NamedWord{"text/html", "a web page"},
    NamedWord{"image", "a picture"},
    NamedWord{"attachment", "an attachment"},
};

constexpr Words kWords = {
    .report_title = "Patrol report of a government website",
    .generated = "Generated",
    .time_zone = " (Beijing time)",
    .site = "Site",
    .home = "Home page",
    .own_site_note = "Patrolled as the caller's own site (--own-site): robots.txt was read, not obeyed.",
    .overview = "Found",
    .nothing_found = "Nothing found.",
    .nothing_found_so_far = "Nothing found in what was patrolled.",
    .incomplete =
        "This patrol is incomplete (a budget was reached, or it was interrupted): what is not listed may "
        "still be faulty.",
    .nothing_judged =
        "This patrol came to no verdict: it did not see the start page, and the network, the resolver or the settings "
        "of the patrolling machine may be the cause. Check them and patrol again; a suspect below is no fault of the "
        "site.",
    .if_true = "Not confirmed; check first. If so: ",
    .unjudged = "URLs without a verdict",
    .unjudged_note =
        "These were blocked or hide their content: no fault, but no good verdict either. Open them by hand.",
    .more_urls = "and # more",
    .rule = "Rule",
    .severity = "Severity",
    .state = "State",
    .places = "Places",
    .subject = "Faulty URL",
    .where = "On page",
    .cause = "Cause",
    .advice = "Advice",
    .basis = "Basis",
    .evidence = "Evidence",
    .colon = ": ",
    .counts = "findings: #, places: #",
    .filter = "Show",
    .tried = "Requests",
    .tried_page = "Requests of the page",
    .redirects = "Redirects",
    .compared = "Found",
    .limit = "Expected",
    .control = "Control (it answered at that time: our own network was well)",
    .excerpt = "Excerpt",
    .headers = "Response headers",
    .first_seen = "First seen",
    .last_seen = "Last seen",
    .line = "line #",
    .more_places = "and # more",
    .opened = "Confirmed",
    .closed = "Closed",
    .on_page = "Link text",
    .other_tag = "element {}",
    .judged = "Judged by default",
    .all_places = "the other #",
    .asked_address = "server {}",
    .answered = "answered {}",
    .failed_in = "failed in {}",
    .took = "{} s",
    .took_little = "less than 0.1 s",
    .comma = ", ",
    .summary = "Summary",
    .pages = "Pages",
    .requests = "Requests",
    .links = "Links (places)",
    .links_unique = "Links (unique)",
    .bytes = "Downloaded",
    .seconds = "Time",
    .skipped = "Skipped",
    .certificate_until = "Certificate valid until",
    .columns = "Columns",
    .column = "column",
    .newest = "newest item",
    .column_verdicts = {"fresh", "stale", "blank", "lost", "undated", "unknown"},
    .ipv6 = "IPv6",
    .ipv6_stages = {"no AAAA record", "unusable address", "no connection", "certificate at fault",
                    "answers otherwise than over IPv4", "another content than over IPv4", "parts missing", "well",
                    "not judged"},
    .ipv6_doubts = {"", "no IPv6 network here", "our own IPv6 is down",
                    "nobody else answered, so our own IPv6 is not proven", "no conclusive answer of the name service",
                    "the site does not open over IPv4 either", "the site turns the patrol away",
                    "the page is another at each sight", "not looked at"},
    .scheme_states = {"not judged", "not offered", "does not open", "sends on to the site", "opens the same page",
                      "opens another page"},
    .page_records = "URLs requested",
    .url = "URL",
    .verdict = "Verdict",
    .reason = "Reason",
    .status = "Status",
    .text_cut = " (cut)",
    .severities = {"info", "minor", "major", "critical"},
    .states = {"suspect", "open", "acknowledged", "mended", "closed", "ignored"},
    .verdicts = {"ok", "broken", "wrong", "blocked", "inconclusive", "skipped"},
    .skips = {"robots.txt", "budget", "scope", "address", "excluded"},
    .regions = {"", "head", "navigation", "main part", "side", "footer"},
    .phases = {"request", "name resolution", "connecting", "TLS", "sending", "waiting for the answer", "receiving"},
};

}  // namespace

const Texts kEnglishTexts = {.language = Language::kEnglish,
                             .rules = kRules,
                             .reasons = kReasons,
                             .evidence = kEvidence,
                             .tags = kTags,
                             .types = kTypes,
                             .facts = kFacts,
                             .words = kWords};

}  // namespace xuncha
