#pragma once

#include <optional>
#include <string_view>

#include "daemon/report/texts.h"
#include "daemon/web/http.h"
#include "daemon/web/snapshot.h"

namespace xuncha {

// The pages for people: `/`, `/sites/{id}`, `/findings/{id}` and their style sheet. HTML without scripts, every text
// from a portal escaped (daemon/report/escape.h). `snapshot` null: the daemon is starting. Pure; any thread.
HttpResponse answer_page(const HttpRequest& request, const Snapshot* snapshot);

// The language of a page: ?lang= where given, else the one of zh and en that Accept-Language (RFC 9110 12.5.4) likes
// better, else Chinese.
Language page_language(std::optional<std::string_view> asked, std::string_view accept_language);

}  // namespace xuncha
