#include <array>

#include "daemon/report/texts.h"

namespace xuncha {

extern const Texts kChineseTexts;

namespace {

constexpr std::array kRules = {
    RuleTexts{
        .rule = "site.unreachable",
        .title = "网站打不开",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“站点无法访问”"
                 "（监测一周，每天间隔访问 20 次以上，打不开的累计占 5% 以上）",
        .defaults = "守护进程每 5 分钟访问首页一次，15 秒没有打开记为失败，隔 20–40 秒再试；两轮都失败即告知，"
                    "一周累计失败 5% 以上另行告知。单次巡查：首页无法打开，经再次访问确认。"
                    "均须证明本机网络正常，本机网络中断和公告维护期间不计",
        .detail = "网站首页打不开。{why}",
        .advice = "请立即联系网站运维单位和机房，检查服务器、域名解析、防火墙和证书；恢复后重新巡查确认。",
    },
    RuleTexts{
        .rule = "site.tls",
        .title = "网站安全证书有问题",
        .basis = "巡查规则：证书有误时浏览器会拦截访问，公众打不开网站，即关系到《政府网站与政务新媒体检查指标》"
                 "（国办秘函〔2019〕19号）单项否决指标“站点无法访问”",
        .defaults = "证书过期或未到生效日期、域名不符、证书链不完整、根证书不受信任、只支持已淘汰的 TLS 1.0/1.1，"
                    "均经再次访问确认；证书到期前 30、14、7、1 天各提醒一次（每张证书各算各的）",
        .detail = "{why}",
        .advice = "请联系证书服务商更换证书或补齐中间证书，并检查 www 与不带 www 的域名是否都包含在证书里。",
    },
    RuleTexts{
        .rule = "page.injected",
        .title = "页面疑似被植入暗链",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“安全、泄密事故等严重问题”"
                 "（页面被挂马、内容被篡改而未及时处置）",
        .defaults = "页面中有访问者看不见的链接块，指向 10 个以上互不相干的域名，或含有博彩、色情等用语",
        .detail = "页面源代码里有访问者看不见的外部链接[，指向 {compared} "
                  "个互不相干的域名]，疑似被植入暗链。[域名：{excerpt}]",
        .advice =
            "请立即通知网络安全人员：保留现场，清除这些代码，排查网站后台和服务器被入侵的途径，必要时向公安机关报告。",
    },
    RuleTexts{
        .rule = "link.hijacked",
        .title = "外部链接被劫持或易主",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“安全、泄密事故等严重问题”"
                 "（发布或链接反动、暴力、色情等内容）；域名出售、内容无关的，按扣分指标"
                 "“功能设计—可用性”（链接错误）",
        .defaults = "链接指向的外部网站内容变为博彩、色情、域名出售页，或与链接文字毫不相干",
        .detail = {},
        .advice = "请立即删除或更换该链接；如需保留，请改为该单位现在的正确网址。",
    },
    RuleTexts{
        .rule = "link.broken",
        .title = "断链（链接打不开）",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）扣分指标“功能设计—可用性”"
                 "（链接、图片、附件不可用）；政务公开工作要点“杜绝错链、断链”",
        .defaults = "页面、附件、图片、样式等链接目标无法打开，经再次访问确认；被防火墙拦截、需登录的不算",
        .detail = {},
        .advice = {},
    },
    RuleTexts{
        .rule = "link.wrong",
        .title = "错链（打开的不是应有的内容）",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）扣分指标“功能设计—可用性”"
                 "（链接、图片、附件错误）；政务公开工作要点“杜绝错链、断链”",
        .defaults = "能打开但内容不对：“页面不存在”提示页、跳回首页、空文件、类型不符、标题不符、内网地址、网址写错",
        .detail = {},
        .advice = {},
    },
    RuleTexts{
        .rule = "column.stale",
        .title = "栏目长期不更新",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“栏目不更新”；"
                 "政务公开工作要点“工作动态类栏目每个星期至少更新1条”“确保内容及时更新”",
        .defaults =
            "动态、要闻类超过 7 天（整周放假的不计），通知公告、政策文件、政策解读类超过 6 个月，其他栏目超过 1 "
            "年没有新信息；以列表日期和最新一条信息页面上的日期相互印证为准",
        .detail = "栏目最新一条信息的日期是 {compared}，超过 {limit} 天没有更新。[最新一条：“{excerpt}”]",
        .advice = "请督促责任处室发布新信息；栏目已停用的，请下线或标注“已归档”；栏目另有更新要求的，请在配置中写明。",
    },
    RuleTexts{
        .rule = "column.blank",
        .title = "空白栏目",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“栏目不更新”（空白栏目）；"
                 "政务公开工作要点“不出现空白栏目”",
        .defaults = "栏目页能打开，列表里没有信息，且页面自己写明“暂无信息”等，经再次访问确认",
        .detail = "栏目打开后没有任何信息，页面提示“暂无信息”一类的文字。",
        .advice = "请尽快补充内容；暂不使用的栏目请先下线。",
    },
    RuleTexts{
        .rule = "column.undated",
        .title = "栏目列表未标注日期",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）：未注明信息发布时间的视为不更新",
        .defaults = "列表中的信息都没有日期，经再次访问确认",
        .detail = "栏目列表里的 {compared} 条信息都没有标注日期，无法判断是否更新。",
        .advice = "请网站技术人员在列表中显示每条信息的发布日期。",
    },
    RuleTexts{
        .rule = "column.lost",
        .title = "栏目消失",
        .basis = "政务公开工作要点“杜绝错链、断链”“政府网站新建、整合、改版、迁移”",
        .defaults = "以前至少两次读到过的栏目，现在页面打不开（404 "
                    "等）或跳回首页，也没有在别处找到内容相同的栏目，隔 12 "
                    "小时再看仍然如此；网站整体改版不计；三十天后全站已无入口的，视为已停办，自动了结",
        .detail = "栏目“{excerpt}”在 {compared} 还能看到，现在打不开了，网站其他地方也没有找到它。",
        .advice =
            "如是误删或改版遗漏，请恢复栏目或把旧网址跳转到新栏目；如已停办，请确认信息已归并到其他栏目，并在导航中"
            "去掉入口，三十天后此项自动了结，也可在配置中忽略此项。",
    },
    RuleTexts{
        .rule = "home.stale",
        .title = "首页长期不更新",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“首页不更新”"
                 "（监测 2 周首页无更新；首页仅为导航的看所有二级页面）",
        .defaults = "首页上能看到的日期、首页链接里的日期、首页所链文章自己的日期，没有一个在 14 天以内，且全站都看过、"
                    "再次打开首页仍是如此；有未标日期的站外头条、脚本载入的列表时不下结论",
        .detail = "首页[是纯导航页，按规定看下一级栏目（共 {control} "
                  "个），]最新的信息日期是 {compared}，超过 {limit} 天没有新信息。",
        .advice = "请尽快在首页发布或调出新信息；如果首页新信息没有显示日期，请让技术人员把日期显示出来。",
    },
    RuleTexts{
        .rule = "site.veto",
        .title = "栏目不更新或空白达到（接近）单项否决数量",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“栏目不更新”",
        .defaults = "已判为未更新的栏目按国家指标的期限计数（办事指南、互动类不计）：动态、要闻类 2 "
                    "周和一级通知公告、政策文件类 6 "
                    "个月未更新的合计 5 个，长期未更新的 10 个，空白的 5 "
                    "个；差一个时先提醒（级别为一般）；没有标注日期的栏目按未更新计",
        .detail = "{control}现有 {compared} 个，达到 {limit} 个整个网站即为不合格（单项否决）。",
        .advice = "请对照所列栏目逐个督促更新，长期不用的栏目合并或下线，先把数量降下来。",
    },
    RuleTexts{
        .rule = "content.expired",
        .title = "失效或废止的文件没有标注",
        .basis = "《国务院办公厅关于加强行政规范性文件制定和监督管理工作的通知》（国办发〔2018〕37号）"
                 "；政务公开工作要点“已修订或失效的文件要及时动态调整更新，明确标注废止情况”",
        .defaults = "本站另一页写明某文件废止或失效，标题和文号（没写文号的，标题相同且早于该页半年以上）都与本站的文件"
                    "页对得上，而文件页再次打开仍没有标注；"
                    "文件自己写明的有效期已过 30 天仍没有标注的，级别为提示",
        .detail = "[本站另一页面（{control}）写明这份文件已经废止或失效：“{excerpt}”。][这份文件的有效期到 {limit} "
                  "为止，已经过了。]文件自己的页面没有任何废止或失效标注[，“有效性”仍显示“{compared}”]。",
        .advice = "请核实文件效力：确已废止或失效的，在文件标题和“有效性”栏标注“废止”或“失效”，并移出现行有效文件库；"
                  "仍然有效的，请更正写明废止的页面或有效期。",
    },
    RuleTexts{
        .rule = "content.unrotated",
        .title = "过时内容没有撤换",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）“征集调查”“发布解读”；"
                 "政务公开工作要点“加强日常巡查、维护，确保内容及时更新”",
        .defaults =
            "征集、调查已过页面写明的截止日期 7 天，页面仍写“正在征集”而没有结果；列表里最新的信息都已超过 30 "
            "天，仍带“新”（NEW）图标；再次打开仍是如此。首页轮播图（焦点图）、头条里的新闻 30 "
            "天没有更换（隔时看到的都是"
            "同样几条，最新一条也早于期限；从未见它换过的，要每条的网址日期和文章日期都早于期限）；政务服务入口、专题图"
            "标等没有日期或标题的图片不算，换了顺序不算更换。轮播图、头条的标题写明的截止日期已过 30 "
            "天，迎接的节日、纪念日已过 90 天，“两会”专题已过 180 天。首页“专题专栏”里的专题按同样期限判断，"
            "只看写明年份的“两会”、节日和迎接、庆祝的活动（周年纪念从当年年底算起）；往期专题、专题回顾，旁边列有"
            "往期专题入口或者其他年份同名专题的，以及规划、年报、预决算等依法长期公开的，都不算。首页或栏目"
            "链接的页面只写着“建设中”“升级改版中”，"
            "前后相隔 30 天仍是如此",
        .detail = "{control}[（“{excerpt}”）]。[相关日期：{compared}。][判断期限 {limit} 天。]",
        .advice = "请撤下或更新过时的内容；征集、调查结束后请改为“已结束”，并公布结果或采纳情况；轮播图和头条请换上近期"
                  "的重要信"
                  "息；建设中的页面请尽快完成，或先从导航里撤下。",
    },
    RuleTexts{
        .rule = "content.backdated",
        .title = "文章的发布日期与实际不符",
        .basis = "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）单项否决指标“安全、泄密事故等严重问题”"
                 "（弄虚作假，如伪造发稿日期）",
        .defaults =
            "文章显示的发布日期比网页标签、网址和落款一致表明的日期晚 180 天以上，再次打开仍是如此；"
            "有文号的文件重新发布的不算。或者：动态、通知公告类栏目的列表按日期排序，上次读取时没有这篇文章（比它更早"
            "的文章都在），后来它却以那时的 180 天以前的日期排在列表里，文章页面标明的也是这个日期，相隔半天再次打开仍"
            "是如此，而且此前全站没有出现过这篇文章；一个月内同一列表有 3 篇、全站有 6 篇的，视为批量导入或迁移，不算",
        .detail =
            "[文章显示的发布日期是 {compared}，而网页标签、网址和落款都表明它是 {limit} 前后的文章。]"
            "[列表和文章页面标明的日期是 {compared}，但这篇文章是很久以后才放进列表的：前后两次读取列表（{control}"
            "），前一次还没有它，而比它更早的文章都在。]",
        .advice = "请核对发布日期：请改成真实的发布日期；确属补发或重新发布的，请注明原发布日期。",
    },
    RuleTexts{
        .rule = "page.metadata",
        .title = "缺少规定的网页标签或页脚标识",
        .basis = "《政府网站发展指引》（国办发〔2017〕47号）附件 2“网页标签”和“页面展现”；"
                 "《政府网站与政务新媒体检查指标》（国办秘函〔2019〕19号）“页面标签”“网站标识”“监督举报入口”",
        .defaults = "首页 SiteName、SiteDomain、SiteIDCode，栏目页 ColumnName、ColumnType，文章页 "
                    "ArticleTitle、PubDate、ContentSource；页脚的网站标识码、ICP "
                    "备案号、公安备案号、党政机关标识、找错入口（首页和另一页都没有才算）；每类页面抽样，同一缺项合并为"
                    "一条；没有政府网站迹象的网站不查",
        .detail = "{limit}没有{compared}，查到 {places} 页[（列出其中 {listed} 页）]。",
        .advice = "这是页面模板的问题：请网站技术人员在相应模板里补上，一处修改，同类页面就都好了。",
    },
    RuleTexts{
        .rule = "document.metadata",
        .title = "文件信息要素缺失或互相矛盾",
        .basis = "政务公开工作要点“明确标题、正文、文号、成文日期、发布日期、有效性等”；"
                 "《政府网站发展指引》（国办发〔2017〕47号）附件 2“网页标签”",
        .defaults =
            "规范性文件栏目里的文件缺少六要素之一；其他有文号的文件，信息表里成文日期、发布日期、有效性"
            "有栏目名而没有内容；成文日期晚于发布日期，文号年份与成文日期不符（跨年的除外），网页标签的日期与页面"
            "显示的相差一天以上；再次打开仍是如此，同类问题合并为一条",
        .detail = "{compared}，查到 {places} 页[（列出其中 {listed} 页）]。[例如：{excerpt}。]",
        .advice = "请按所列页面补全或更正文件信息；如果同类页面都这样，请网站技术人员检查发布模板。",
    },
    RuleTexts{
        .rule = "ipv6.broken",
        .title = "IPv6 访问不通",
        .basis = "《推进互联网协议第六版（IPv6）规模部署行动计划》（2017 "
                 "年）；《政府网站与政务新媒体检查指标》（国办秘函〔2019〕"
                 "19号）功能设计“IPv6改造”",
        .defaults = "域名有 IPv6 地址，但按该地址打不开首页（连接、安全证书或状态码有误），而同时用 IPv4 "
                    "能打开；本机 IPv6 须有其他网站应答证明正常",
        .detail = "用 IPv4 能打开首页，用 IPv6 打不开[（{address}）]。{why}",
        .advice =
            "请网站技术人员检查 IPv6 "
            "地址的监听、防火墙、负载均衡和证书；一时不能恢复的，先撤下域名的 AAAA 记录，以免公众访问变慢或失败。",
    },
    RuleTexts{
        .rule = "ipv6.inconsistent",
        .title = "IPv6 与 IPv4 打开的不是同一页面",
        .basis =
            "《推进互联网协议第六版（IPv6）规模部署行动计划》（2017 年）；国家 IPv6 发展监测指标“IPv4/IPv6 首页一致性”",
        .defaults = "按 IPv4、IPv6、IPv4 的次序打开首页：前后两次 IPv4 一致，而 IPv6 "
                    "的最终网址、标题不同，或正文、链接的相同程度低于 0.9",
        .detail = "用 IPv6 打开首页，看到的与 IPv4 不同[：{compared}]。[页面节选：“{excerpt}”]",
        .advice =
            "请网站技术人员检查 IPv6 地址是否指向正确的站点（虚拟主机、负载均衡、缓存），使两种方式打开的内容一致。",
    },
    RuleTexts{
        .rule = "ipv6.missing",
        .title = "网站没有可用的 IPv6 地址",
        .basis = "《推进互联网协议第六版（IPv6）规模部署行动计划》（2017 "
                 "年）；《政府网站与政务新媒体检查指标》（国办秘函〔2019〕"
                 "19号）功能设计“IPv6改造”",
        .defaults = "域名解析没有 AAAA 记录，或只有地址转换（NAT64）得到的地址；本机 IPv6 须有其他网站应答证明正常",
        .detail =
            "网站域名没有 IPv6 地址（AAAA 记录），只用 IPv6 的用户打不开网站。[解析得到的是转换地址 {compared}。]",
        .advice = "请联系机房或云服务商开通 IPv6，并在域名解析中增加 AAAA 记录。",
    },
    RuleTexts{
        .rule = "ipv6.skylight",
        .title = "IPv6 访问有“天窗”",
        .basis = "《推进互联网协议第六版（IPv6）规模部署行动计划》（2017 年）：消除 IPv6 “天窗”",
        .defaults = "首页用 IPv6 能打开，但页面里的图片、脚本、样式或框架来自没有 IPv6 的主机（该主机用 IPv4 正常）",
        .detail = "首页用 IPv6 能打开，但其中的图片、脚本等来自 {compared} 台没有 IPv6 的主机[（{excerpt}）]"
                  "，只用 IPv6 的用户看到的页面不完整。",
        .advice = "请把这些文件移到本网站，或请相关主机开通 IPv6。",
    },
    RuleTexts{
        .rule = "ipv6.links",
        .title = "站内链接的 IPv6 支持率偏低",
        .basis = "《推进互联网协议第六版（IPv6）规模部署行动计划》（2017 年）；国家 IPv6 发展监测指标“二级、三级链接 "
                 "IPv6 支持率”",
        .defaults = "抽查首页上的站内链接（二级）及其页面上的（三级），单次巡查各至多 400 个，守护进程每天各 40 个："
                    "用 IPv4 能打开而用 IPv6 两次打不开的，比例明显超过 15%",
        .detail = "抽查的站内链接中，用 IPv6 能打开的只有 {compared}[，例如打不开的有：{excerpt}]。",
        .advice = "请网站技术人员检查这些链接所在的主机是否都开通了 IPv6。",
    },
    RuleTexts{
        .rule = "site.domain",
        .title = "首页跳转到非政府域名",
        .basis =
            "《政府网站发展指引》（国办发〔2017〕47号）“网站域名”（以 .gov.cn 为后缀）；《国务院办公厅关于加强政府网站"
            "域名管理的通知》（国办函〔2018〕55号）",
        .defaults = "配置的首页在 .gov.cn（或 .政务）域名下，打开后却停在其他域名上",
        .detail = "网站首页打开后跳转到 {compared}[（{redirect}）]，不是 .gov.cn 域名。",
        .advice =
            "请把网站内容放回 .gov.cn 域名下；如果是网站停办或搬迁，请在原域名下保留公告页。跳转不是本单位设置的，"
            "请立即检查服务器是否被篡改。",
    },
    RuleTexts{
        .rule = "site.soft404",
        .title = "不存在的页面不返回 404",
        .basis = "巡查规则（无直接对应的国家条款）：状态码不实会掩盖断链，影响“功能设计—可用性”自查",
        .defaults = "访问肯定不存在的地址，网站仍返回成功状态码或跳转到首页",
        .detail = "访问一个肯定不存在的地址，网站没有返回 404[，而是返回 {status}][，并跳转到 {redirect}]。"
                  "[页面节选：“{excerpt}”]",
        .advice = "请网站技术人员把错误页的状态码改为 404（可保留友好提示页面），否则搜索引擎和巡查都难以发现断链。",
    },
    RuleTexts{
        .rule = "site.unjudged",
        .title = "未能判断",
        .basis = "巡查规则：没有得出结论不等于正常，必须列明",
        .defaults = "网站拦截巡查、本机网络异常、目标主机整体中断等情况下不下结论",
        .detail = "本次没有得出结论，不算网站的问题。{why}[未能判断的页面数/全部页面数：{compared}。]",
        .advice = {},
    },
};

constexpr std::string_view kCheckLink = "请核对链接：页面已移走的改为新网址，已撤下的删除链接。";
constexpr std::string_view kContactOwner =
    "请先在浏览器中打开核对；属本单位的联系运维恢复，属外单位的联系对方或更换、删除链接。";
constexpr std::string_view kAllowPatrol =
    "请联系网站运维或防火墙管理人员，把本巡查程序的地址加入白名单；在此之前该处需人工检查。";
constexpr std::string_view kFixRedirect = "请网站技术人员检查跳转规则；若是外单位网站，请改为最终的正确网址。";
constexpr std::string_view kRenewCertificate =
    "请通知目标网站更换证书；在此之前可改用该网站可正常打开的网址，或删除链接。";
constexpr std::string_view kReplaceFile = "请重新上传正确的文件，并更新页面上的链接。";
constexpr std::string_view kPatrolAgain = "无需处理网站；请检查巡查所在机器的网络，然后重新巡查。";

constexpr std::array kReasons = {
    // broken
    ReasonTexts{"dns_nxdomain", "域名不存在", "域名解析失败：该域名不存在，可能已注销或写错。",
                "请核对域名拼写；对方已更换域名的改为新网址，已注销的删除链接。"},
    ReasonTexts{"dns_failure", "域名解析失败", "域名服务器没有给出有效结果，无法得知网站地址。", kContactOwner},
    ReasonTexts{"connect_refused", "拒绝连接", "服务器[ {address} ]拒绝连接，网站服务可能已停止。", kContactOwner},
    ReasonTexts{"connect_timeout", "连接超时", "连接服务器[ {address} ]超时[（等待 {seconds} 秒）]，没有任何回应。",
                kContactOwner},
    ReasonTexts{"connect_failure", "无法连接", "无法连接服务器[ {address}]。", kContactOwner},
    ReasonTexts{"tls_expired", "证书过期", "网站的安全证书不在有效期内，浏览器会拦截访问。", kRenewCertificate},
    ReasonTexts{"tls_name", "证书域名不符", "网站的安全证书不是发给这个域名的，浏览器会拦截访问。", kRenewCertificate},
    ReasonTexts{"tls_failure", "安全连接失败", "与服务器[ {address} ]建立安全连接（HTTPS）失败，浏览器也可能打不开。",
                kContactOwner},
    ReasonTexts{"tls_obsolete", "安全协议过旧", "服务器只支持已经淘汰的安全协议（TLS 1.0 或 1.1），浏览器打不开。",
                kContactOwner},
    ReasonTexts{"timeout", "响应超时", "服务器[ {address} ]没有在规定时间内返回完整内容[（已等待 {seconds} 秒）]。",
                kContactOwner},
    ReasonTexts{"truncated", "内容中断", "服务器没有传完内容就断开了连接，页面或文件打不开，或者不完整。",
                "请网站技术人员检查服务器；若是附件，请重新上传。"},
    ReasonTexts{"protocol_error", "响应不合规范", "服务器的回应不符合网页传输（HTTP）规范，浏览器可能无法打开。",
                kContactOwner},
    ReasonTexts{"decompression_bomb", "压缩内容异常", "返回的压缩内容解开后大得异常，可能是攻击或严重故障。",
                "请网络安全人员检查该地址返回的内容。"},
    ReasonTexts{"redirect_loop", "循环跳转", "网址反复跳转、又回到原处，永远打不开。[最后跳转到 {redirect}]",
                kFixRedirect},
    ReasonTexts{"redirect_limit", "跳转过多", "跳转次数过多，最终没有打开。[最后跳转到 {redirect}]", kFixRedirect},
    ReasonTexts{"redirect_without_location", "跳转无目标", "服务器要求跳转[（状态码 {status}）]，却没有给出目标地址。",
                kFixRedirect},
    ReasonTexts{"http_400", "400 请求无效", "服务器返回 400：不认可这个网址的写法。", kCheckLink},
    ReasonTexts{"http_404", "404 页面不存在", "服务器返回 404：页面或文件不存在。", kCheckLink},
    ReasonTexts{"http_410", "410 已删除", "服务器返回 410：页面或文件已被永久删除。", kCheckLink},
    ReasonTexts{"http_500", "500 服务器错误", "服务器返回 500：网站程序出错。", kContactOwner},
    ReasonTexts{"http_502", "502 网关错误", "服务器返回 502：网关后面的网站程序没有正常工作。", kContactOwner},
    ReasonTexts{"http_503", "503 暂停服务", "服务器返回 503：服务暂时不可用。", kContactOwner},
    ReasonTexts{"http_504", "504 网关超时", "服务器返回 504：网关等待网站程序超时。", kContactOwner},
    ReasonTexts{"http_4xx", "4xx 无法访问", "服务器返回 {status}：拒绝了这次访问。", kCheckLink},
    ReasonTexts{"http_5xx", "5xx 服务器错误", "服务器返回 {status}：服务器出错。", kContactOwner},
    ReasonTexts{"http_xxx", "状态码异常", "服务器返回了不该出现的状态码 {status}。", kContactOwner},
    // wrong
    ReasonTexts{"soft_404", "提示“页面不存在”",
                "能打开，但显示的是“页面不存在”一类的提示页：与访问一个肯定不存在的网址时相同，或者跳到了网站的出错页[ "
                "{redirect}]。"
                "[（页面节选：“{excerpt}”）]",
                kCheckLink},
    ReasonTexts{"redirect_home", "跳回首页", "打开后跳到了网站首页[ {redirect}]，不是链接所说的内容。", kCheckLink},
    ReasonTexts{"empty_file", "空文件", "能打开，但内容是空的（0 字节）。", kReplaceFile},
    ReasonTexts{"wrong_type", "类型不符", "打开的内容与链接所说的类型不符[：应为 {limit}][，实为 {compared}]。",
                kReplaceFile},
    ReasonTexts{"title_mismatch", "标题不符",
                "打开的文章与链接文字不符[：链接写的是“{limit}”][，打开的是“{compared}”]。",
                "请核对链接，改为链接文字所说的那份文件的网址。"},
    ReasonTexts{"internal_address", "内网或本机地址",
                "链接指向内网地址或本机文件[（{compared}）]，公众无法打开，并可能泄露内部信息。",
                "请把文件上传到网站并改为公开网址，或删除链接。"},
    ReasonTexts{"malformed_url", "网址写错", "网址书写有误[（{compared}）]，浏览器无法打开。",
                "请改正网址：检查多余的 http://、空格、全角字符和缺少的斜杠。"},
    // hijacked
    ReasonTexts{"parked", "域名待售", "外部网站已变成域名停放或出售页。[（页面节选：“{excerpt}”）]", kCheckLink},
    ReasonTexts{"gambling", "博彩色情内容", "外部网站内容已变为博彩、色情等不良信息。[（页面节选：“{excerpt}”）]",
                kCheckLink},
    ReasonTexts{"unrelated", "内容无关", "外部网站内容与链接文字毫不相干，域名可能已易主。[（页面节选：“{excerpt}”）]",
                kCheckLink},
    // blocked
    ReasonTexts{"http_401", "401 需要登录", "网站要求登录（401），巡查程序看不到内容。", kAllowPatrol},
    ReasonTexts{"http_403", "403 拦截", "网站拒绝巡查程序访问（403），公众可能可以正常打开。", kAllowPatrol},
    ReasonTexts{"http_407", "407 代理认证", "中间的代理要求认证（407）。", kAllowPatrol},
    ReasonTexts{"http_429", "429 访问过频", "网站认为巡查访问过于频繁（429），已放慢。", kAllowPatrol},
    ReasonTexts{"http_blocked", "防护拦截", "网站的防护系统拦截了巡查程序（{status}），公众可能可以正常打开。",
                kAllowPatrol},
    ReasonTexts{"http_503_retry", "503 要求稍后再来", "网站要求稍后再访问（503，带 Retry-After）。",
                "无需处理；如长期如此，请联系网站运维单位。"},
    ReasonTexts{"challenge", "验证页拦截",
                "网站先要访问者通过验证（验证页，或写入 Cookie 后反复跳转）才给内容，巡查程序不破解验证，看不到内容。",
                kAllowPatrol},
    // inconclusive
    ReasonTexts{"blind", "本机网络异常", "巡查所在机器的网络当时不正常，这段时间的结果作废。[（{control}）]",
                kPatrolAgain},
    ReasonTexts{"host_down", "主机整体中断", "目标主机整体无法访问，逐条链接不单独下结论。[（{control}）]",
                "请查看该主机的情况；恢复后重新巡查。"},
    ReasonTexts{"breaker_open", "暂停访问", "目标主机连续失败，已暂停访问以免加重负担。",
                "稍后会自动再试；也可重新巡查。"},
    ReasonTexts{"tls_unsupported", "仅支持国密或过时协议",
                "服务器没有可用的通用安全协议（可能只支持国密或过时的协议），无法查看内容。",
                "请用相应的浏览器人工检查。"},
    ReasonTexts{"engine_error", "巡查程序自身出错", "巡查程序自身出错，没有得出结论。", kPatrolAgain},
    ReasonTexts{"script_rendered", "内容由脚本生成", "内容要运行网页脚本才能显示，巡查程序不运行脚本。",
                "请人工检查该页面。"},
    ReasonTexts{"quarantined", "已隔离", "该网址曾使巡查程序异常，已隔离，不再访问。",
                "请人工检查该页面，并报告给巡查程序的维护者。"},
    ReasonTexts{"too_large", "内容过大", "内容超过巡查的大小上限，没有看完。", "请人工检查该页面。"},
    // skipped
    ReasonTexts{"robots", "robots 禁止", "网站的 robots.txt 不允许访问该网址。",
                "若是本单位网站，可放开规则或使用 --own-site。"},
    ReasonTexts{"site.unreachable", "",
                "最近一段时间访问首页，打不开的次数占比达到了检查指标的标准[：{compared}][，标准为 {limit}]。"
                "网站现在可能能打开，但时常打不开。",
                ""},
    ReasonTexts{"site.tls", "",
                "网站的安全证书即将到期[：北京时间 {compared} 到期][，剩余时间不足 {limit}]。到期后浏览器会拦截访问，"
                "公众打不开网站。",
                "请在到期前办好新证书，并安装到这个域名的每一台服务器和 CDN、负载均衡节点上，再用浏览器核对到期日期。"},
    ReasonTexts{"site.tls tls_expired", "",
                "网站的安全证书[{validity}][（有效期为北京时间 {valid_from} 至 {valid_to}）]，浏览器会拦截访问，"
                "公众打不开网站。",
                "请立即更换为有效的证书，并安装到这个域名的每一台服务器和 CDN、负载均衡节点上；如证书刚刚更换，请检查"
                "服务器时间和生效日期。"},
    ReasonTexts{"site.tls tls_name", "",
                "网站的安全证书不是发给这个域名的[（证书颁发给：{names}）]，浏览器会拦截访问，公众打不开网站。",
                "请换用写有这个域名的证书，并检查 www 与不带 www 的域名是否都包含在证书里。"},
    ReasonTexts{
        "site.tls tls_failure", "", "网站的安全证书不受浏览器信任[：{chain}]。浏览器会提示“不安全”并拦截访问。",
        "请在服务器上安装完整的证书链（网站证书和中间证书）；自己签发的证书请换成由浏览器信任的机构颁发的证书。"},
    ReasonTexts{"site.tls tls_obsolete", "",
                "网站服务器只支持已经淘汰的安全协议[ {compared}]，现在的浏览器都不再支持，"
                "公众用 https 打不开网站。",
                "请在服务器（或前置的防火墙、负载均衡）上启用 TLS 1.2 和 TLS 1.3，停用 TLS 1.0 和 1.1。"},
    ReasonTexts{"scope", "不在范围内", "该网址不在本次巡查范围内。", ""},
    ReasonTexts{"budget", "达到限额", "已达到本次巡查的数量或时间限额，没有访问。",
                "可提高 --max-pages、--max-depth 或 --time-limit。"},
    ReasonTexts{"address", "地址不允许访问", "域名解析到内网或保留地址[ {compared}]，默认不访问。",
                "若确需巡查内网，请用 --allow-cidr 放行该网段。"},
    ReasonTexts{"excluded", "已排除", "该网址被 --exclude 或忽略清单排除。", ""},
};

constexpr std::array kEvidence = {
    EvidenceTexts{"page.injected", "互不相干的域名（个）", "判断标准（达到几个）", "命中的词语", "链接指向的域名"},
    EvidenceTexts{"column.stale", "最新一条的日期", "更新期限（天）", "最新一条的网址", "最新一条的标题"},
    EvidenceTexts{"column.blank", "信息条数", "", "", ""},
    EvidenceTexts{"column.undated", "信息条数", "", "", ""},
    EvidenceTexts{"column.lost", "最后一次看到的日期", "", "当时最新一条的标题", "栏目名称"},
    EvidenceTexts{"home.stale", "最新信息的日期", "更新期限（天）", "下一级栏目（个）", ""},
    EvidenceTexts{"site.veto", "现有栏目（个）", "单项否决（个）", "计数的栏目", ""},
    EvidenceTexts{"content.expired", "页面显示的有效性", "有效期至", "写明废止的页面", "写明废止的原文"},
    EvidenceTexts{"content.unrotated", "相关日期", "期限（天）", "问题", "内容"},
    EvidenceTexts{"content.backdated", "显示的发布日期", "其他地方表明的日期", "读取列表：尚无／已有", "文章标题"},
    EvidenceTexts{"page.metadata", "缺少", "页面", "看过的同类页面（个）", ""},
    EvidenceTexts{"document.metadata", "问题", "", "", "例如"},
    EvidenceTexts{"ipv6.broken", "IPv6 得到的", "应为（IPv4 得到的）", "应答了本机 IPv6 请求的", ""},
    EvidenceTexts{"ipv6.inconsistent", "IPv6 得到的", "判断标准（IPv4 得到的）", "应答了本机 IPv6 请求的", ""},
    EvidenceTexts{"ipv6.missing", "解析得到的地址", "所属地址段", "应答了本机 IPv6 请求的", ""},
    EvidenceTexts{"ipv6.links", "能打开的链接数/抽查的链接数", "判断标准（低于）", "", "打不开的链接"},
    EvidenceTexts{"ipv6.skylight", "没有 IPv6 的主机（台）", "首页引用的主机（台）", "", "没有 IPv6 的主机"},
    EvidenceTexts{"site.domain", "打开后所在的域名", "应属于", "", ""},
    EvidenceTexts{"site.soft404", "访问的网址", "应返回的状态码", "", ""},
    EvidenceTexts{"site.unjudged", "未能判断的页面数/全部页面数", "判断标准（超过）", "", ""},
    EvidenceTexts{"site.tls", kUnsaid, kUnsaid, "", ""},
    EvidenceTexts{"soft_404", "命中的提示语（或跳到的网址）", kUnsaid, "", ""},
    EvidenceTexts{"redirect_home", "打开的是", "链接的网址", "", ""},
    EvidenceTexts{"empty_file", "实际字节数", "", "", ""},
    EvidenceTexts{"title_mismatch", "打开的是", "链接所写的是", "", ""},
    EvidenceTexts{"internal_address", "链接原文", "", "", ""},
    EvidenceTexts{"malformed_url", "链接原文", "", "", ""},
    EvidenceTexts{"parked", "命中的词语", "", "", ""},
    EvidenceTexts{"gambling", "命中的词语", "", "", ""},
    EvidenceTexts{"unrelated", "命中的词语", "", "", ""},
};

constexpr std::array kTags = {
    NamedWord{"a", "链接"},
    NamedWord{"area", "图片上的热区链接"},
    NamedWord{"img", "图片"},
    NamedWord{"iframe", "内嵌页面"},
    NamedWord{"frame", "框架页面"},
    NamedWord{"option", "下拉选项"},
    NamedWord{"video", "视频"},
    NamedWord{"audio", "音频"},
    NamedWord{"source", "图片或音视频"},
    NamedWord{"embed", "内嵌文件"},
    NamedWord{"object", "内嵌文件"},
    NamedWord{"meta", "自动跳转"},
    NamedWord{"link", "样式或图标"},
    NamedWord{"style", "样式中的图片"},
    NamedWord{"script", "脚本文件"},
    NamedWord{"input", "图片按钮"},
};

constexpr std::array kFacts = {
    NamedWord{"family_home", "首页"},
    NamedWord{"family_column", "栏目页"},
    NamedWord{"family_article", "文章页"},
    NamedWord{"family_foot", "首页和其他页面的页脚"},
    NamedWord{"SiteName", "网页标签 SiteName（网站名称）"},
    NamedWord{"SiteDomain", "网页标签 SiteDomain（网站域名）"},
    NamedWord{"SiteIDCode", "网页标签 SiteIDCode（政府网站标识码）"},
    NamedWord{"ColumnName", "网页标签 ColumnName（栏目名称）"},
    NamedWord{"ColumnType", "网页标签 ColumnType（栏目类别）"},
    NamedWord{"ArticleTitle", "网页标签 ArticleTitle（标题）"},
    NamedWord{"PubDate", "网页标签 PubDate（发布时间）"},
    NamedWord{"ContentSource", "网页标签 ContentSource（来源）"},
    NamedWord{"foot_site_code", "政府网站标识码"},
    NamedWord{"foot_icp", "ICP 备案号"},
    NamedWord{"foot_police", "公安机关备案号"},
    NamedWord{"foot_conac", "党政机关网站标识"},
    NamedWord{"foot_report", "“我为政府网站找错”入口"},
    NamedWord{"no_title", "文件没有标题"},
    NamedWord{"no_text", "文件没有正文或附件"},
    NamedWord{"no_number", "文件没有标注文号"},
    NamedWord{"no_written", "文件没有标注成文日期"},
    NamedWord{"no_published", "文件没有标注发布日期"},
    NamedWord{"no_validity", "文件没有标注有效性"},
    NamedWord{"written_after_published", "文件的成文日期晚于发布日期"},
    NamedWord{"number_of_other_year", "文号的年份与成文日期对不上"},
    NamedWord{"meta_differs", "网页标签（META）里的发布日期与页面显示的不一致"},
    NamedWord{"veto_updates", "两周未更新的动态、要闻类栏目和六个月未更新的一级通知公告、政策文件类栏目"},
    NamedWord{"veto_stale", "长期未更新的栏目"},
    NamedWord{"veto_blank", "空白栏目"},
    NamedWord{"consultation_open", "征集、调查已过截止日期，页面仍写着正在进行，也没有公布结果"},
    NamedWord{"new_marks", "列表里的信息都已不新，仍带“新”（NEW）图标"},
    NamedWord{"TLSv1", "TLS 1.0"},
    NamedWord{"TLSv1.1", "TLS 1.1"},
    NamedWord{"slot_carousel",
              "首页轮播图（焦点图）的内容长期没有更换，最新一条也已过了期限；后面是各条标题，括号里是首次看到和最近检查"
              "的日期"},
    NamedWord{"slot_headline", "首页头条长期没有更换，已过了期限；后面是标题，括号里是首次看到和最近检查的日期"},
    NamedWord{"slot_event", "首页轮播图或头条里还放着早已过去的活动、节日或专题"},
    NamedWord{"slot_topics", "首页的专题专栏里还列着早已过去的会议、节日或活动"},
    NamedWord{"subject_slot_carousel", "首页轮播图（焦点图）"},
    NamedWord{"subject_slot_headline", "首页头条"},
    NamedWord{"subject_slot_event", "首页轮播图或头条"},
    NamedWord{"subject_slot_topics", "首页专题专栏"},
    NamedWord{"page_unfinished", "页面只写着正在建设或升级改版，长期没有内容；后面括号里是首次看到和最近检查的日期"},
};

constexpr std::array kTypes = {
    NamedWord{"html", "网页"},
    NamedWord{"text/html", "网页"},
    NamedWord{"image", "图片"},
    NamedWord{"attachment", "附件（文档、压缩包等）"},
};

constexpr Words kWords = {
    .report_title = "政府网站巡查报告",
    .generated = "生成时间",
    .time_zone = "（北京时间）",
    .site = "网站",
    .home = "首页",
    .own_site_note = "按本单位网站巡查（--own-site）：读取但不遵守 robots.txt。",
    .overview = "发现的问题",
    .nothing_found = "没有发现问题。",
    .nothing_found_so_far = "已经巡查的部分没有发现问题。",
    .incomplete = "本次巡查不完整（达到限额或被中断）：没有列出的不等于没有问题。",
    .nothing_judged =
        "本次巡查没有得出结论：没有看到首页，又不能排除是巡查所在机器的网络、域名解析或设置的原因。"
        "请检查后重新巡查；下面如有“待复核”的，不能当作网站的问题。",
    .if_true = "尚未确认，请先核对。如属实：",
    .unjudged = "未能判断的网址",
    .unjudged_note = "以下网址被拦截或看不到内容，不算问题，也不等于正常，请人工打开核对。",
    .more_urls = "另有 # 个未列出",
    .rule = "规则",
    .severity = "级别",
    .state = "状态",
    .places = "处数",
    .subject = "问题网址",
    .where = "所在页面",
    .cause = "原因",
    .advice = "建议",
    .basis = "依据",
    .evidence = "证据",
    .colon = "：",
    .counts = "# 项，# 处",
    .filter = "只看",
    .tried = "访问记录",
    .tried_page = "所在页面的访问记录",
    .redirects = "跳转过程",
    .compared = "实际",
    .limit = "应为",
    .control = "对照（当时能正常访问，说明本机网络正常）",
    .excerpt = "页面节选",
    .headers = "响应头",
    .first_seen = "首次发现",
    .last_seen = "最近发现",
    .line = "第 # 行",
    .more_places = "另有 # 处未列出",
    .opened = "确认时间",
    .closed = "销号时间",
    .on_page = "链接文字",
    .other_tag = "网页元素 {}",
    .judged = "默认判断",
    .all_places = "其余 # 处",
    .asked_address = "服务器 {}",
    .answered = "返回 {}",
    .failed_in = "{}失败",
    .took = "用时 {} 秒",
    .took_little = "用时不到 0.1 秒",
    .comma = "，",
    .summary = "汇总",
    .pages = "页面",
    .requests = "请求",
    .links = "链接（处）",
    .links_unique = "链接（去重）",
    .bytes = "下载",
    .seconds = "用时",
    .skipped = "未访问",
    .certificate_until = "证书有效期至",
    .columns = "栏目",
    .column = "栏目",
    .newest = "最新一条",
    .column_verdicts = {"正常", "未按时更新", "空白", "消失", "无日期", "未能判断"},
    .ipv6 = "IPv6",
    .ipv6_stages = {"没有 AAAA 记录", "地址不可用", "连接不上", "安全证书有误", "应答与 IPv4 不同", "内容与 IPv4 不同",
                    "有“天窗”", "正常", "未能判断"},
    .ipv6_doubts = {"", "本机没有 IPv6 网络", "本机 IPv6 不通", "没有其他网站应答，不能证明本机 IPv6 正常",
                    "域名解析没有结论", "网站用 IPv4 也打不开", "网站拦截巡查", "页面每次打开都不同", "没有查看"},
    .scheme_states = {"未能判断", "没有开通", "打不开", "自动跳转到本网站", "能打开，与首页一致",
                      "打开的不是本网站首页"},
    .page_records = "访问过的网址",
    .url = "网址",
    .verdict = "结论",
    .reason = "原因",
    .status = "状态码",
    .text_cut = "（已截断）",
    .severities = {"提示", "一般", "重要", "严重"},
    .states = {"待复核", "已确认", "已受理", "已报整改", "已销号", "已忽略"},
    .verdicts = {"正常", "断链", "错链", "被拦截", "未能判断", "未访问"},
    .skips = {"robots 禁止", "达到限额", "不在范围", "地址不允许", "已排除"},
    .regions = {"", "页头代码", "导航", "正文", "侧栏", "页脚"},
    .phases = {"访问", "域名解析", "连接", "安全连接", "发送请求", "等待回应", "接收内容"},
};

}  // namespace

const Texts kChineseTexts = {.language = Language::kChinese,
                             .rules = kRules,
                             .reasons = kReasons,
                             .evidence = kEvidence,
                             .tags = kTags,
                             .types = kTypes,
                             .facts = kFacts,
                             .words = kWords};

}  // namespace xuncha
