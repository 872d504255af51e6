#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every bound of the program with its reason. Reaching one is counted and visible, never silent.
namespace xuncha::limits {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// --- URLs and traps -----------------------------------------------------------------------------------------------
inline constexpr std::size_t kUrlBytesMax = 2048;          // longest URL requested; servers and proxies refuse longer
inline constexpr int kPathDepthMax = 20;                   // deeper paths are endless relative links
inline constexpr int kEqualSegmentsMax = 2;                // a third equal segment in a row is a trap
inline constexpr int kQueryParametersMax = 8;              // more is a search with permuted parameters
inline constexpr std::uint32_t kUrlsPerSiteMax = 200'000;  // memory and weeks of polite fetching
inline constexpr std::uint32_t kTemplateUrlsMax = 5'000;   // new URLs of one template (digits -> N) a patrol
inline constexpr std::uint32_t kCalendarUrlsMax = 50;      // of calendar and search templates
inline constexpr int kHopsMax = 20;                        // clicks from the home page
inline constexpr int kRedirectsMax = 20;  // as browsers (Fetch standard, 4.4): what they show is not broken

// --- fetching -----------------------------------------------------------------------------------------------------
inline constexpr std::size_t kPageBytesMax = 2u << 20;          // decoded HTML; the largest seen home page is 0.6 MB
inline constexpr std::size_t kForeignPageBytesMax = 64u << 10;  // parked and gambling pages are known by their text
inline constexpr std::size_t kAttachmentPrefixBytes = 1024;     // magic bytes stand in the first kilobyte
inline constexpr std::size_t kAttachmentPrefixBytesMax = 64u << 10;  // where a server ignores Range
inline constexpr std::size_t kResourceBytesMax = 256u << 10;         // style sheets are read, the rest only begun
inline constexpr std::size_t kRobotsBytesMax = 512u << 10;           // RFC 9309 2.5: at least 500 KiB
inline constexpr std::size_t kSitemapBytesMax = 50u << 20;           // sitemaps.org: 50 MB uncompressed
inline constexpr std::uint64_t kBombRatioMax = 200;                  // decoded : received, asked after 1 MiB decoded
inline constexpr std::size_t kBombFreeBytes = 1u << 20;
inline constexpr std::size_t kHeaderBytesMax = 64u << 10;
inline constexpr std::size_t kHeaderLinesMax = 200;
inline constexpr std::size_t kHeaderLineBytesMax = 8u << 10;
inline constexpr milliseconds kConnectTimeout = seconds(10);
inline constexpr milliseconds kFirstByteTimeout = seconds(30);  // ours: curl's low-speed ignores a dribble of headers
inline constexpr milliseconds kPageTimeout = seconds(60);
inline constexpr milliseconds kAttachmentTimeout = seconds(30);
inline constexpr milliseconds kProbeTimeout = seconds(15);  // the national rule's figure
inline constexpr milliseconds kRobotsTimeout = seconds(15);
inline constexpr long kLowSpeedBytes = 256;  // a second, over kLowSpeedTime: slow-loris
inline constexpr seconds kLowSpeedTime = seconds(20);
inline constexpr seconds kConnectionLifetime = seconds(300);  // certificates and routing must be seen again
inline constexpr seconds kConnectionIdle = seconds(60);
inline constexpr milliseconds kFetchSweepInterval = seconds(1);  // how often slow transfers are looked for
inline constexpr int kAddressesTriedMax = 2;                     // of one family, when the first cannot be connected
inline constexpr long kConnectionsKept = 1'024;           // a shard; fewer than its hosts means a connect a request
inline constexpr std::size_t kErrorWordsBytesMax = 300;   // of a library's error text in evidence
inline constexpr std::size_t kValidatorBytesMax = 1'024;  // an ETag longer than this is not sent back

// --- DNS ----------------------------------------------------------------------------------------------------------
inline constexpr seconds kDnsTtlMin = seconds(30);
inline constexpr seconds kDnsTtlMax = hours(1);
inline constexpr seconds kDnsNegativeTtlMax = seconds(300);
inline constexpr std::size_t kDnsCacheEntriesMax = 50'000;
inline constexpr int kDnsQueriesInFlightMax = 64;
inline constexpr milliseconds kDnsTimeout = seconds(5);  // a try; two tries a server
inline constexpr int kDnsTries = 2;
inline constexpr seconds kDnsFailureTtl = seconds(30);  // RFC 2308 7: at most 5 minutes; a second look must be real
inline constexpr std::size_t kDnsAddressesMax = 64;     // of one answer; the rest is dropped

// --- politeness: the delay follows the latency, as in Heritrix ---------------------------------------------------
inline constexpr milliseconds kDelayMin = seconds(1);
inline constexpr milliseconds kDelayMax = seconds(30);
inline constexpr int kDelayLatencyFactor = 4;
inline constexpr milliseconds kCrawlDelayMax = seconds(60);
inline constexpr milliseconds kProbeGapMin = seconds(1);     // availability probes wait for nothing else
inline constexpr int kSlowdownMax = 64;                      // factor of 429/503 on the delay, doubled each time
inline constexpr double kSlowdownDecay = 0.9;                // an hour
inline constexpr milliseconds kPushbackFirst = seconds(60);  // pause after 429/503 without Retry-After, doubled
inline constexpr milliseconds kPushbackMax = hours(1);
inline constexpr int kPushbacksMax = 5;  // in a row, then `check` gives the host up: it is asking us to go away
inline constexpr milliseconds kRetryAfterMin = seconds(1);
inline constexpr milliseconds kRetryAfterMax = hours(24);
inline constexpr milliseconds kVantageInterval = seconds(60);  // between two questions to the anchors
inline constexpr milliseconds kVantageFresh = seconds(10);     // their word on a failure; a storm of failures asks once
inline constexpr milliseconds kVantageDoubt = minutes(2);  // after an outage: the longest look is one of kPageTimeout
inline constexpr double kAddressRequestsPerSecond = 5;     // all hosts of one address together
inline constexpr int kBreakerFailures = 5;                 // transport failures in a row
inline constexpr int kBreakerWindow = 20;                  // opens when half of these failed
inline constexpr milliseconds kBreakerFirst = seconds(60);
inline constexpr milliseconds kBreakerMax = hours(1);
inline constexpr milliseconds kCheckPatience = minutes(2);  // longer waits for one host would not let a run end
inline constexpr int kRequestsInFlightMax = 64;             // of one frontier; sockets and memory of bodies
inline constexpr std::size_t kRoundTargetsMax = 200'000;    // of all rounds of the daemon under way: about 2 KB each
inline constexpr int kResolvesInFlightMax = kDnsQueriesInFlightMax / 2;  // A and AAAA each

// --- rounds -------------------------------------------------------------------------------------------------------
inline constexpr milliseconds kRoundSlice = milliseconds(10);  // of the main loop's time, a step of a round's reading

// --- robots and sitemaps ------------------------------------------------------------------------------------------
inline constexpr hours kRobotsAge = hours(24);                    // RFC 9309 2.4
inline constexpr hours kRobotsRetryAge = hours(1);                // of a robots.txt out of reach
inline constexpr std::size_t kRobotsRememberedBytes = 64u << 10;  // longer ones are asked for again: memory
inline constexpr hours kBaselineAge = hours(24);                // two probes a day stay below kSoft404ProbesPerHostMax
inline constexpr std::size_t kHostsRememberedMax = 10'000;      // about 2 KB each
inline constexpr std::size_t kControlsRememberedMax = 16;       // hosts elsewhere; one that answers will do
inline constexpr std::size_t kRobotsRulesMax = 20'000;          // compiled rules of our group
inline constexpr hours kRobotsUnreachableMax = hours(24 * 30);  // RFC 9309 2.3.1.4: then as if there were none
inline constexpr std::size_t kSitemapTextBytesMax = 8u << 10;   // one <loc> or line; a URL is at most kUrlBytesMax
inline constexpr int kSitemapDepthMax = 64;                     // nested elements; a sitemap needs three
inline constexpr std::size_t kSitemapUrlsMax = 50'000;          // sitemaps.org, a file
inline constexpr int kSitemapIndexDepthMax = 2;                 // an index of indexes is not allowed by the protocol
inline constexpr int kSitemapFilesMax = 200;                    // a site

// --- pages --------------------------------------------------------------------------------------------------------
inline constexpr std::size_t kLinksPerPageMax = 10'000;
inline constexpr std::size_t kAnchorTextBytesMax = 200;
inline constexpr std::size_t kHeadingsMax = 50;
inline constexpr std::size_t kMetaMax = 200;
inline constexpr std::size_t kVisibleTextBytesMax = 64u << 10;
inline constexpr std::size_t kAttributesPerTagMax =
    256;  // gumbo is quadratic in them; browsers cope, pages do not need it
inline constexpr std::size_t kAttributeBytesMax = 64u << 10;
inline constexpr std::size_t kOpenContainersMax = 512;  // depth that the region stack follows
inline constexpr std::size_t kCloseSearchMax = 64;      // open elements that a closing tag looks through
inline constexpr std::size_t kTitleBytesMax = 1000;     // an unclosed <title> would hold the whole page
inline constexpr std::size_t kHeadingBytesMax = 500;
inline constexpr std::size_t kMetaContentBytesMax = 2000;     // descriptions and keywords; the rest is stuffing
inline constexpr std::size_t kTextCapturesMax = 4;            // elements whose text is gathered at once: a in h2 in ...
inline constexpr std::size_t kTreeArenaBytesMax = 64u << 20;  // gumbo needs about 10 to 17 times the page
inline constexpr milliseconds kTreeTimeout = milliseconds(500);
inline constexpr std::size_t kDetectBytes = 64u << 10;    // charset detection looks no further
inline constexpr std::size_t kMetaPrescanBytes = 1024;    // HTML standard: where <meta charset> has to stand
inline constexpr std::size_t kMetaLateBytes = 64u << 10;  // browsers obey a later one; longer heads were not seen

// --- findings -----------------------------------------------------------------------------------------------------
inline constexpr std::size_t kPlacesReportedMax = 1'000;  // by `check`; all are counted
inline constexpr std::size_t kPlacesKeptMax = 200;        // by the daemon, a sample
inline constexpr std::size_t kExcerptBytesMax = 500;
inline constexpr std::size_t kHeadlineBytes = 600;  // kept of a page that names a document
inline constexpr std::size_t kOpeningBytes =
    1'500;  // 500 Chinese characters: where a page names its document if it names one
inline constexpr std::size_t kAttemptsKeptMax = 8;
inline constexpr int kSoft404ProbesPerHostMax = 20;  // a week: each is a fault in the portal's own log

// --- reports ------------------------------------------------------------------------------------------------------
inline constexpr std::size_t kDetailValueBytesMax = 300;       // of one value within a sentence: it stays readable
inline constexpr std::size_t kReportTextBytesMax = 2'000;      // of one text in a table; the longest URL is shorter
inline constexpr std::size_t kCsvFieldBytesMax = 32'000;       // a spreadsheet cell holds 32,767 characters
inline constexpr std::size_t kTextPlacesShown = 3;             // places of one finding on a terminal
inline constexpr std::size_t kBatchLineBytesMax = 4u << 20;    // one question of a --batch run
inline constexpr std::size_t kInputFileBytesMax = 256u << 20;  // a file given by name: more is no page

// --- mail ---------------------------------------------------------------------------------------------------------
inline constexpr std::size_t kMailNameBytesMax = 200;      // of the sender; readers show less
inline constexpr std::size_t kMailSubjectBytesMax = 240;   // 80 Chinese characters; readers show 30 to 70
inline constexpr std::size_t kMailOpenedItemsMax = 40;     // a digest that nobody reads to its end helps nobody
inline constexpr std::size_t kMailStillOpenItemsMax = 20;  // told before; the pages list all
inline constexpr std::size_t kMailClosedItemsMax = 20;
inline constexpr std::size_t kMailTextBytesMax = 200;  // of one text of a portal
inline constexpr std::size_t kMailUrlBytesMax = 500;   // of one URL shown
inline constexpr std::size_t kMailTargetsShown = 3;    // of a host's failing addresses
inline constexpr std::size_t kMailPlacesShown = 3;     // of one item
inline constexpr std::size_t kMailRedirectsShown = 3;
inline constexpr std::size_t kMailPartBytesMax = 512u << 10;  // before the last item; servers take 10 MB and more
inline constexpr std::size_t kMailCasesMax = 10'000;          // told in one digest: 20 MB; the rest in the next
inline constexpr std::size_t kMailScanRecipients = 8;         // whose digests are made in one pass: 160 MB at worst
inline constexpr hours kMailReminder = hours(24 * 7);         // of what is still open when there is no news
inline constexpr hours kMailMuteProposed = hours(24 * 30);    // until when the proposed `ignore` entry holds
inline constexpr minutes kMailGatherWait = minutes(5);        // critical cases come in groups
inline constexpr int kMailsAnHourMax = 20;                    // to one recipient; what is more waits
inline constexpr minutes kMailRetryFirst = minutes(5);        // doubled up to the next: greylisting lasts minutes
inline constexpr hours kMailRetryMax = hours(6);
inline constexpr hours kMailGiveUp = hours(24 * 7);  // of "not now" answers for one mail; RFC 5321 4.5.4.1: 4 to 5 days
inline constexpr hours kMailKept = hours(24 * 30);   // sent and failed ones, to be looked at
inline constexpr milliseconds kMailConnectTimeout = seconds(20);
inline constexpr milliseconds kMailTotalTimeout = minutes(2);     // one mail, from connecting to the last answer
inline constexpr std::size_t kMailDialogueLinesMax = 100;         // of a server's answers that are kept for the report
inline constexpr milliseconds kMailScanSlice = milliseconds(10);  // of the main loop's time, a step through the sites

// --- deaths by a fatal signal (docs/ARCHITECTURE.md, Deaths) ------------------------------------------------------
inline constexpr std::size_t kCrashMarkSlots = 128;      // noted at once: twice kRequestsInFlightMax; 70 KB
inline constexpr hours kCrashSuspicion = hours(24 * 7);  // two deaths further apart have other causes
inline constexpr hours kQuarantine = hours(24 * 30);     // then the page may have changed: tried again

// --- store --------------------------------------------------------------------------------------------------------
inline constexpr std::uint64_t kBallastBytes = 64u << 20;  // freed so that synced decisions still fit
inline constexpr std::uint64_t kFreeBytesMin = 1u << 30;   // below max(this, 5 %) only decisions are written
inline constexpr milliseconds kGroupSyncInterval = seconds(1);
inline constexpr int kGroupSyncVisits = 256;
inline constexpr seconds kSpaceCheckInterval = seconds(5);
inline constexpr double kFreeShareMin = 0.05;                     // of the file system
inline constexpr std::uint64_t kSpaceCheckBytes = 8u << 20;       // written since the last look: look again before 5 s
inline constexpr std::size_t kStoreCacheBytes = 16u << 20;        // blocks, indexes and filters of a 20,000-page site
inline constexpr std::size_t kStoreWriteBufferBytes = 16u << 20;  // all memtables together; a flush costs little more
inline constexpr seconds kStoreOpenBudget = seconds(60);          // replaying kStoreWalBytesMax takes about one
inline constexpr int kStoreOpenFilesMax = 512;                    // tables; the others are opened when they are read
inline constexpr std::uint64_t kStoreWalBytesMax = 64u << 20;     // replayed at start: about a second
inline constexpr std::size_t kSiteIdBytesMax = 300;               // host of 253, port, path prefix
inline constexpr std::size_t kSweepRecords = 2'000;               // a step of retention: about 10 ms
inline constexpr std::size_t kFaultsReportedMax = 100;            // by `store check`; the rest is counted
inline constexpr std::size_t kPatrolsKeptMax = 100;               // the latest of a site; before them one a day
inline constexpr std::uint32_t kQuotaCheckVisits = 1'024;         // between two looks at a site's share of the disk
inline constexpr hours kPatrolResumeAge = hours(24);              // what was judged before may have been mended since
inline constexpr hours kUrlRetention = hours(24 * 180);           // after the last sight
inline constexpr hours kFindingRetention = hours(24 * 365 * 3);   // closed ones

// --- web ----------------------------------------------------------------------------------------------------------
inline constexpr const char* kWebListenDefault = "127.0.0.1:9788";  // this machine only
inline constexpr std::size_t kWebConnectionsMax = 1'000;  // sockets and buffers; browsers and scrapers need dozens
inline constexpr std::size_t kWebConnectionsPerClientMax = 200;  // of one address; an office behind one needs fewer
inline constexpr std::size_t kWebHeaderBytesMax = 16u << 10;     // of a request; browsers and proxies send below 8 KB
inline constexpr std::size_t kWebBodyBytesMax = 64u << 10;       // no request of ours needs a body
inline constexpr milliseconds kWebHeadTimeout = seconds(10);   // to send a whole request, or to shake hands: slow-loris
inline constexpr milliseconds kWebIdleTimeout = seconds(30);   // the same for the next request on the connection
inline constexpr milliseconds kWebWriteTimeout = seconds(30);  // to take an answer; scrapers give up after 10 s
inline constexpr milliseconds kWebAnswerTimeout = seconds(30);  // for the handler; 10,000 sites reload in 5 s
inline constexpr milliseconds kWebLingerTimeout = seconds(1);   // to read our last word before the connection goes
inline constexpr std::size_t kWebLingerBytesMax = 256u << 10;   // of what a client still sends after it
inline constexpr milliseconds kWebStopTimeout = milliseconds(500);
inline constexpr milliseconds kWebAcceptPause = milliseconds(100);  // when out of descriptors
inline constexpr int kWebRequestsPerConnection = 1'000;             // then a new one: certificates and users change
inline constexpr std::size_t kWebParametersMax = 20;                // of a query; we know eight
inline constexpr std::size_t kWebPasswordQueueMax = 16;             // bcrypt takes 50 ms and more each
inline constexpr std::size_t kWebPasswordBytesMax = 72;             // bcrypt reads no more
inline constexpr std::size_t kWebPasswordsKept = 100;               // known to be right, so that bcrypt is paid once
inline constexpr std::size_t kWebUsersMax = 1'000;
inline constexpr std::size_t kWebConfigBytesMax = 1u << 20;    // a file of a thousand users
inline constexpr std::size_t kWebListRecords = 100;            // of an API answer, when not asked for otherwise
inline constexpr std::size_t kWebListRecordsMax = 1'000;       // that may be asked for
inline constexpr std::size_t kWebListBytesMax = 4u << 20;      // an answer ends early above it: places are long
inline constexpr std::size_t kWebSitesShown = 100;             // on one start page
inline constexpr std::size_t kWebFindingsOfSiteShown = 5;      // of each site there
inline constexpr std::size_t kWebFindingsShown = 100;          // on one page of a site
inline constexpr std::size_t kMetricTextBytesMax = 200;        // of a name in site_info
inline constexpr std::size_t kMetricLabelsMax = 64;            // values of a label that is a closed set: more is a bug
inline constexpr milliseconds kStoreSilenceMax = seconds(60);  // what waits to be synced is, within kGroupSyncInterval
inline constexpr milliseconds kRoundDelayMax = minutes(10);    // of a due round while none runs: its begin is stuck
inline constexpr milliseconds kHeartbeatAgeMax = seconds(30);  // the loop's p99 is 50 ms; longer is stuck

// --- configuration ------------------------------------------------------------------------------------------------
inline constexpr std::size_t kConfigurationBytesMax = 32u << 20;      // one file; 10,000 sites are about 3 MB
inline constexpr std::size_t kConfigurationAllBytesMax = 128u << 20;  // all files together
inline constexpr std::size_t kConfigurationFilesMax = 20'000;         // of sites_files: one a site of the nation
inline constexpr std::size_t kConfigurationValuesMax = 1'000'000;     // of one file; 64 bytes each while it is read
inline constexpr std::size_t kConfigurationDepthMax = 32;             // the deepest key needs eight
inline constexpr std::size_t kConfigurationFaultsMax = 200;           // told at once; more are counted
inline constexpr std::size_t kConfigurationTextBytesMax = 2'000;      // one text; the longest URL is shorter
inline constexpr std::size_t kConfigurationSitesMax = 50'000;         // of one daemon; the nation has 14,000
inline constexpr std::size_t kConfigurationListMax = 10'000;          // entries of one list but sites
inline constexpr std::size_t kSecretBytesMax = 4u << 10;              // a password file; more is another file
inline constexpr std::uint64_t kMaxPagesDefault = 20'000;             // a site: three times the mean of real portals
inline constexpr milliseconds kConfirmationSpacingMin = minutes(10);  // a second sight sooner is the same sight
inline constexpr milliseconds kConfirmationSpacingMax = hours(24 * 7);
inline constexpr milliseconds kConfirmationTimeMin = hours(1);  // the whole ladder: shorter outages are no broken links
inline constexpr std::size_t kConfirmationsMax = 10;
inline constexpr double kRateMax = 10;               // requests a second at a host that is not ours
inline constexpr std::uint32_t kPerHostMax = 2;      // in flight there; one unless configured
inline constexpr std::uint32_t kPerHostOwnMax = 64;  // in flight at our own

}  // namespace xuncha::limits
