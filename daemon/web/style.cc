#include "daemon/web/style.h"

#include <string>

#include "core/digest.h"

namespace xuncha {
namespace {

constexpr std::string_view kStyle = R"css(
:root{--ink:#1a2430;--soft:#5c6875;--line:#dde3ea;--back:#f3f6f9;--card:#fff;--link:#0a5aa8;--head:#12395f;
 --critical:#b3001b;--major:#b83b08;--minor:#8a5a00;--info:#3d6b92;--good:#20794a}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9ee;--soft:#9aa7b4;--line:#33404d;--back:#12181f;--card:#1b242d;
 --link:#7ab8f5;--head:#0e2a46;--critical:#ff6b7d;--major:#ff8f57;--minor:#e8b04a;--info:#86b3d9;--good:#63c592}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:var(--back);
 font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif}
a{color:var(--link);text-decoration:none}
a:hover,a:focus{text-decoration:underline}
header{background:var(--head);color:#fff}
header>div,main,footer{max-width:68rem;margin:0 auto;padding:1rem}
header>div{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}
header a{color:#fff}
header b{font-size:1.25rem}
header span{opacity:.8;flex:1}
h1{font-size:1.35rem;line-height:1.4;margin:.25rem 0 .75rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:1.5rem 0 .5rem}
p{margin:.3rem 0}
.soft{color:var(--soft);font-size:.9rem}
.warn{background:var(--card);border-left:5px solid var(--minor);padding:.6rem .9rem;border-radius:4px;margin:0 0 1rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:0 0 1rem}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem}
.figures b{display:block;font-size:1.7rem;line-height:1.25;font-variant-numeric:tabular-nums}
.card{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--line);border-radius:8px;
 padding:.8rem 1rem;margin:0 0 .75rem;overflow-wrap:anywhere}
.card.critical{border-left-color:var(--critical)}
.card.major{border-left-color:var(--major)}
.card.minor{border-left-color:var(--minor)}
.card.info{border-left-color:var(--info)}
.card.good{border-left-color:var(--good)}
h3{font-size:1rem;margin:1rem 0 .5rem;color:var(--soft)}
.card h2{margin:0;display:flex;flex-wrap:wrap;gap:.15rem .6rem;align-items:baseline}
.tag{display:inline-block;font-size:.8rem;font-weight:600;line-height:1.5;padding:0 .55rem;border-radius:999px;
 border:1px solid currentColor;white-space:nowrap;color:var(--soft)}
.tag.critical{color:var(--critical)}
.tag.major{color:var(--major)}
.tag.minor{color:var(--minor)}
.tag.info{color:var(--info)}
.tag.good{color:var(--good)}
ul.findings{list-style:none;margin:.5rem 0 0;padding:0;border-top:1px solid var(--line)}
ul.findings li{padding:.45rem 0;border-bottom:1px solid var(--line)}
ul.findings li:last-child{border-bottom:0;padding-bottom:0}
dl{display:grid;grid-template-columns:minmax(6rem,max-content) 1fr;gap:.35rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
dd ol,dd ul{margin:0;padding-left:1.2rem}
code{font:.85em ui-monospace,Consolas,monospace}
nav.pager{display:flex;gap:1rem;justify-content:center;margin:1rem 0}
footer{color:var(--soft);font-size:.85rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
@media(max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}h1{font-size:1.2rem}}
@media print{body{background:#fff}header{background:none;color:#000}header a{color:#000}.card{break-inside:avoid}}
)css";

}  // namespace

std::string_view page_style() {
  return kStyle.substr(1);
}

std::string_view page_style_path() {
  static const std::string path = "/style-" + sha256_hex(page_style()).substr(0, 12) + ".css";
  return path;
}

}  // namespace xuncha
