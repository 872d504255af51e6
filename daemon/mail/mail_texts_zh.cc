#include <array>

#include "daemon/mail/mail_texts.h"

namespace xuncha {

extern const MailTexts kChineseMailTexts;

namespace {

constexpr std::array kRechecks = {
    RecheckTexts{"site.unreachable", "用手机关闭无线网络、改用流量，打开网站首页；15 秒内能打开即已恢复。"},
    RecheckTexts{"site.tls",
                 "用浏览器打开网站首页，点击地址栏左边的小锁（或“不安全”字样），查看证书的有效期和域名是否正确。"},
    RecheckTexts{
        "site.soft404",
        "在首页网址后面加上 /abc-404-ceshi 再打开：应显示“页面不存在”，状态码（请网站技术人员查看）应为 404。"},
    RecheckTexts{"site.unjudged", "用浏览器打开网站首页：如能正常打开，请查防火墙是否拦截了巡查程序。"},
    RecheckTexts{"page.injected",
                 "用浏览器打开该页面，按 Ctrl+U 查看源代码，再按 Ctrl+F 查找证据中的域名；找不到即已清除。"},
    RecheckTexts{"link.hijacked",
                 "不要打开问题网址。打开“所在页面”，把鼠标停在{anchor}上，看浏览器左下角显示的网址；已更换或删除即整改"
                 "完成。"},
    RecheckTexts{"link.broken", "用浏览器打开“所在页面”，点击{anchor}；能正常打开（附件能下载、能打开）即已恢复。"},
    RecheckTexts{"link.wrong", "用浏览器打开“所在页面”，点击{anchor}，看打开的是不是链接所说的内容。"},
    RecheckTexts{"column", "用浏览器打开该栏目，看最新一条的发布日期。"},
    RecheckTexts{"column.lost", "从首页导航找该栏目，再打开上面的网址：能看到栏目内容，或跳转到新栏目，即已恢复。"},
    RecheckTexts{"home.stale", "用浏览器打开首页，看最新一条信息的发布日期。"},
    RecheckTexts{"site.veto", "用浏览器逐个打开所列栏目，看最新一条的发布日期。"},
    RecheckTexts{"site.domain", "用浏览器打开首页，看地址栏最后停在哪个域名。"},
    RecheckTexts{"content", "用浏览器打开该页面，对照上面列出的文字和日期。"},
    RecheckTexts{"page.metadata",
                 "打开所列页面，按 Ctrl+U 查看源代码，再按 Ctrl+F 查找标签名；页脚标识直接看页面底部。"},
    RecheckTexts{"document.metadata", "用浏览器打开所列文件，看信息表里各项是否齐全、前后一致。"},
    RecheckTexts{"ipv6", "请网站技术人员在只有 IPv6 的网络中打开该网址。"},
    RecheckTexts{"", "用浏览器打开上面的网址或“所在页面”核对。"},
};

constexpr std::array kSteps = {
    MailStepTexts{"", "连接"},         MailStepTexts{"EHLO", "问候"},   MailStepTexts{"STARTTLS", "加密"},
    MailStepTexts{"AUTH", "登录"},     MailStepTexts{"MAIL", "发件人"}, MailStepTexts{"RCPT", "收件人"},
    MailStepTexts{"DATA", "开始发送"}, MailStepTexts{"END", "交付"},
};

}  // namespace

const MailTexts kChineseMailTexts = {
    .subject_digest = "【巡查】{site}：{counts}",
    .subject_counts = {"新发现 # 项", "未整改 # 项", "已恢复 # 项"},
    .subject_reminder = "【巡查】{site}：仍有 # 项未整改",
    .subject_urgent = "【巡查·紧急】{site}：{problem}",
    .subject_urgent_more = "【巡查·紧急】{site}：{problem}，另有 # 项严重问题",
    .subject_sites = "{site}等 # 个网站",
    .subject_test = "【巡查】测试邮件",
    .intro_digest = "{from} 至 {to} 的巡查情况（北京时间）。",
    .intro_first = "截至 {to} 的巡查情况（北京时间）。",
    .intro_urgent = "以下严重问题刚刚确认，请尽快处理（{to}，北京时间）。",
    .totals = "新发现 # 项，未整改 # 项，已恢复 # 项，涉及 # 个网站。",
    .held_back = "另有 # 项新问题暂不列出：所在网站目前打不开或正在维护，恢复后再报。",
    .on_the_web = "全部问题和证据：{url}",
    .news = {"新发现", "未整改", "已恢复"},
    .left_out = "本网站另有 # 项未列出。",
    .sites_left_out = "另有 # 个网站的 # 项未列出。",
    .relapse = "（第 # 次出现）",
    .of_host = "{host} 上的 # 个网址",
    .places = "共 # 处",
    .more_addresses = "另有 # 个网址",
    .target = "问题网址",
    .where = "所在页面",
    .since = "发现时间",
    .until = "起止时间",
    .proof = "证据",
    .explained = "说明",
    .recheck = "怎样复核",
    .help = "依据、建议、复核",
    .page_of_finding = "详情",
    .anchor = "链接文字“{anchor}”",
    .since_value = "{opened} 确认，最近一次看到是 {seen}",
    .days_open = "，已 # 天",
    .closed_value = "{opened} 确认，{closed} 销号",
    .attempt = "{at} 访问，{result}",
    .attempts = "{from} 至 {to} 查了 # 次，均{result}",
    .answered = "返回 #",
    .not_answered = "未打开（{error}）",
    .control = "同时能正常打开 {control}，不是我方网络的故障",
    .defanged = "（hxxp 即 http，[.] 即点，如此书写以防误点）",
    .as_item = "同第 # 项",
    .no_anchor = "该链接（图片或没有文字）",
    .mute = "经核实无需处理的，请管理员在配置文件中该网站的 ignore 下加一条，到期前不再提醒。以第 # 项为例：{entry}",
    .mute_reason = "理由",
    .footer = "改正后不必回复：程序会自动复核，确认后销号。本邮件由巡查程序自动发出。",
    .test_text =
        "这是巡查程序的测试邮件。收到即说明邮件设置正确。\n\n发送时间：{time}（北京时间）\n邮件服务器：{server}\n"
        "发件人：{from}\n",
    .test_hint = "此后的巡查邮件按配置中 mail.routes 的时间发出；严重问题会立即发出。",
    .test_server = "邮件服务器：{server}（{security}）",
    .steps = kSteps,
    .outcomes = {"成功：邮件服务器已收下。请到收件箱（以及垃圾邮件箱）查看。",
                 "失败：邮件服务器拒收这个收件人或这封邮件。请核对收件人地址，或联系邮件服务器的管理员。",
                 "没有成功：邮件服务器要求稍后再来（如灰名单、邮箱已满）。正式运行时会自动重试；请过几分钟再试。",
                 "失败：连不上邮件服务器，或它没有回应。请核对 mail.server 的 host、port、security，并检查防火墙。",
                 "失败：需要改设置才能发送。请按上面的出错信息核对 mail 一节的用户、口令、证书和发件人。"},
    .rechecks = kRechecks,
};

}  // namespace xuncha
