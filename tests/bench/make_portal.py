#!/usr/bin/env python3
"""Writes a government portal of any size as static files, with the truth about its links.

    make_portal.py OUT --pages 20000 --seed 1

OUT/www        the document root
OUT/portal.json  what nginx has to do besides serving files (read by run.py)
OUT/truth.json   broken URLs with their places, traps that must stay silent, and the portal's figures

The same arguments give the same bytes. A path is written as a browser sends it: UTF-8, percent-encoded, whatever the
charset of the page where the link stands; a query is in the page's charset. Only the standard library is used, and of
`random` only random(), whose sequence Python promises to keep.
"""

import argparse
import json
import os
import random
import shutil
import struct
import sys
import urllib.parse
import zipfile
import zlib

VERSION = 1  # of the portal's shape; run.py makes it anew when this differs
FILE_TIME = 1704067200  # of all files: the answer's Last-Modified

# 6 x 8 columns: directory and name.
TOPS = [("xxgk", "信息公开"), ("zwdt", "政务动态"), ("bsfw", "办事服务"), ("hdjl", "互动交流"), ("zjcs", "走进城市"),
        ("ztzl", "专题专栏")]
SUBS = [("tzgg", "通知公告"), ("zcwj", "政策文件"), ("zcjd", "政策解读"), ("gzdt", "工作动态"), ("rsxx", "人事信息"),
        ("czxx", "财政信息"), ("ghjh", "规划计划"), ("tjsj", "统计数据")]
OFFICES = ["市政府办公室", "市发展改革委", "市教育局", "市财政局", "市民政局", "市自然资源局", "市生态环境局", "市交通运输局",
           "市水务局", "市农业农村局", "市卫生健康委", "市应急管理局", "市市场监管局", "市城市管理局", "市住房城乡建设局"]
VERBS = ["关于印发", "关于进一步加强", "关于做好", "关于开展", "关于组织申报", "关于公布", "关于调整", "关于规范"]
TOPICS = ["城市生活垃圾分类", "老旧小区改造", "义务教育招生", "安全生产专项整治", "农村饮水安全", "企业稳岗补贴", "河长制考核",
          "公共卫生应急", "社会救助", "住房公积金缴存", "道路交通秩序", "政务公开", "科技型中小企业", "高标准农田建设",
          "文化惠民工程", "营商环境优化", "食品安全抽检", "防汛抗旱", "历史建筑保护", "残疾人就业"]
KINDS = ["管理办法", "实施方案", "工作要点", "实施细则", "若干措施", "行动计划", "暂行规定", "考核办法"]
PHRASES = ["各县（市、区）人民政府", "市政府各部门、各直属机构", "坚持以人民为中心的发展思想", "认真贯彻落实上级决策部署",
           "切实提高服务水平和办事效率", "建立健全长效工作机制", "明确责任分工和时间节点", "加强组织领导和统筹协调",
           "强化监督检查和考核问效", "及时向社会公开有关情况", "确保各项任务落到实处", "推动经济社会高质量发展",
           "充分听取公众意见和建议", "严格按照有关法律法规执行", "结合本地区本部门实际", "制定具体落实措施",
           "加大宣传引导力度", "营造良好社会氛围", "现将有关事项通知如下", "请认真组织实施", "做好信息报送工作",
           "保障群众合法权益", "优化审批流程", "压缩办理时限", "推进数据共享应用", "完善基础设施配套",
           "落实安全防范要求", "开展自查自纠工作", "对发现的问题限期整改", "总结推广典型经验"]
FRIENDS = ["中国政府网", "省人民政府", "省发展改革委", "省教育厅", "省科技厅", "省民政厅", "省财政厅", "省自然资源厅", "省生态环境厅",
           "省交通运输厅", "省水利厅", "省农业农村厅", "省商务厅", "省卫生健康委"]
OUTER_LINKS = 93  # links of the frame and the side lists of a page, whatever the number of columns


# --- small valid files -----------------------------------------------------------------------------------------------

def jpeg(comment_size):
    """A grey 8 x 8 picture: one quantisation table, one code of each Huffman table, one block."""
    def segment(marker, body):
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
    only_code = bytes([1] + [0] * 15) + b"\0"
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xfe, b"." * comment_size)
            + segment(0xdb, b"\0" + b"\1" * 64) + segment(0xc0, b"\x08\0\x08\0\x08\1\1\x11\0")
            + segment(0xc4, b"\0" + only_code) + segment(0xc4, b"\x10" + only_code)
            + segment(0xda, b"\1\1\0\0\x3f\0") + b"\x3f\xff\xd9")


def png():
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


def pdf(text):
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"]
    out = b"%PDF-1.4\n% " + text.encode() + b"\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (out + b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
            % len(out))


def ole():
    """The header sector of a compound file (doc, xls) and an empty FAT."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6)
    header += bytes(10) + struct.pack("<IIIIII", 1, 0xfffffffe, 0, 4096, 0xfffffffe, 0)
    header += struct.pack("<II", 0xfffffffe, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return header + b"\xfd\xff\xff\xff" + b"\xff" * 508


def zip_file(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("readme.txt", (2024, 1, 1, 0, 0, 0)), "-")
    with open(path, "rb") as file:
        content = file.read()
    os.remove(path)
    return content


# --- the portal ------------------------------------------------------------------------------------------------------

class Random:
    def __init__(self, seed):
        self.random = random.Random(seed).random

    def below(self, n):
        return int(self.random() * n)

    def pick(self, items):
        return items[int(self.random() * len(items))]


class Column:
    def __init__(self, index):
        top, sub = TOPS[index % len(TOPS)], SUBS[index // len(TOPS)]
        self.index = index
        self.directory = "/%s/%s/" % (top[0], sub[0])
        self.name = top[1] + "·" + sub[1]
        self.articles = []
        self.lists = 0
        self.dead_template = None  # a link in the frame of all its pages
        self.dead_images = []      # of its style sheet


class Article:
    def __init__(self, number, column, chance):
        self.number = number
        self.column = column
        self.year, self.month, self.day = 2017 + chance.below(7), 1 + chance.below(12), 1 + chance.below(28)
        self.gbk = number % 17 in (4, 12)
        topic, kind, office = chance.pick(TOPICS), chance.pick(KINDS), chance.pick(OFFICES)
        if number % 4 == 0:
            self.title = "%s《%s%s（%d年第%d号）》的通知" % (VERBS[0], topic, kind, self.year, number)
        else:
            self.title = "%s%s%s工作的通知（%d）" % (office, chance.pick(VERBS), topic, number)
        self.directory = "%s%d%02d/" % (column.directory, self.year, self.month)
        name = "%s%s%d" % (topic, kind, number) if self.gbk else "t%d%02d%02d_%d" % (self.year, self.month, self.day, number)
        self.path = self.directory + name + ".html"
        self.dead = []  # (kind, URL path as written)

    def date(self):
        return "%d-%02d-%02d" % (self.year, self.month, self.day)


def encoded(path):
    """The form in which a browser asks for it."""
    return urllib.parse.quote(path, safe="/?=&%")


def relative(directory, path):
    """`path` as written in a page that lies in `directory`: both begin, and the latter ends, with a slash."""
    if path.startswith(directory):
        return "./" + path[len(directory):]
    here, there = directory.split("/")[1:-1], path.split("/")[1:]
    common = 0
    while common < len(here) and common < len(there) - 1 and here[common] == there[common]:
        common += 1
    return "../" * (len(here) - common) + "/".join(there[common:])


class Portal:
    def __init__(self, out, pages, seed):
        self.root = os.path.join(out, "www")
        self.pages = pages
        self.chance = Random(seed)
        self.urls = set()      # every URL that is linked, as a browser asks for it
        self.made = set()      # directories
        self.broken = {}       # URL -> {"set", "kind", "places"}
        self.traps = {}        # URL -> kind
        self.html_pages = self.html_bytes = self.gbk_pages = self.occurrences = 0
        self.smallest, self.largest = 1 << 30, 0
        self.paragraphs = [self.make_paragraph() for _ in range(600)]

    # Files.

    def write(self, path, content):
        full = self.root.encode() + path.encode()
        directory = os.path.dirname(full)
        if directory not in self.made:
            os.makedirs(directory, exist_ok=True)
            self.made.add(directory)
        with open(full, "wb") as file:
            file.write(content)
        os.utime(full, (FILE_TIME, FILE_TIME))

    def write_page(self, path, text, gbk=False):
        content = text.encode("gb18030" if gbk else "utf-8")
        self.write(path, content)
        self.html_pages += 1
        self.html_bytes += len(content)
        self.gbk_pages += gbk
        self.smallest, self.largest = min(self.smallest, len(content)), max(self.largest, len(content))

    # Links: each occurrence goes through link() or links(); the dead ones through dead() as well.

    def link(self, path):
        self.occurrences += 1
        self.urls.add(encoded(path))
        return path

    def dead(self, path):
        self.broken[encoded(path)]["places"] += 1
        return self.link(path)

    def plan_dead(self, kind, path, extended=False):
        self.broken[encoded(path)] = {"set": "extended" if extended else "core", "kind": kind, "places": 0}
        return path

    def trap(self, kind, path):
        self.traps[encoded(path)] = kind
        return path

    # Texts.

    def make_paragraph(self):
        chance = self.chance
        sentences = "。".join("，".join(chance.pick(PHRASES) for _ in range(2 + chance.below(4)))
                             for _ in range(2 + chance.below(3)))
        return ('<p style="text-indent: 2em; line-height: 2; margin-top: 0px; margin-bottom: 0px;"><span style="font-family: '
                '仿宋_GB2312; font-size: 16pt;">' + sentences + "。</span></p>\r\n")

    # The plan: how many pages of each kind, and which article holds which dead link.

    def plan(self):
        pages, chance = self.pages, self.chance
        count = max(6, min(40, pages // 100))
        self.columns = [Column(index) for index in range(count)]
        self.frames = max(2, pages // 100)  # pages shown in iframes
        fixed = 1 + 2  # the home page, and two answers of a form, told apart by the query's charset
        articles = pages - fixed - self.frames
        while articles + self.lists_for(articles) > pages - fixed - self.frames:
            articles -= 1
        self.frames += pages - fixed - self.frames - articles - self.lists_for(articles)
        self.articles = []
        for number in range(articles):
            column = self.columns[number % count]
            article = Article(number, column, chance)
            column.articles.append(article)
            self.articles.append(article)
        for column in self.columns:
            column.articles.sort(key=lambda article: (article.date(), article.number), reverse=True)
            column.lists = (len(column.articles) + 19) // 20
        self.plan_core(max(14, round(pages * 0.0296)))
        self.plan_extended(max(4, round(pages * 0.0061)))

    def lists_for(self, articles):
        count = len(self.columns)
        return sum(((articles - index + count - 1) // count + 19) // 20 for index in range(count))

    def spread(self, kind, path, gbk=None, extended=False):
        """Puts one dead link into one article, or two, or up to ten."""
        chance = self.chance
        self.plan_dead(kind, path, extended)
        roll = chance.below(10)
        places = 1 if roll < 6 else 2 if roll < 8 else 3 + chance.below(8)
        chosen = set()
        while len(chosen) < min(places, len(self.articles) // 20 + 1):
            number = chance.below(len(self.articles))
            if gbk is None or self.articles[number].gbk == gbk:
                chosen.add(number)
        for number in sorted(chosen):
            self.articles[number].dead.append((kind, path))

    def plan_core(self, count):
        templates = max(1, len(self.columns) // 10)
        for index in range(templates):
            column = self.columns[(index * 7 + 1) % len(self.columns)]
            column.dead_template = self.plan_dead("template", column.directory + "zt%d/index.html" % index)
        kinds = (["page"] * 9 + ["image"] * 7 + ["attachment"] * 5 + ["gbk_attachment"] * 2 + ["gbk_page"] * 2 + ["script"] * 2
                 + ["error"] * 3 + ["redirect"] * 3)
        for index in range(count - templates):
            self.plan_one(kinds[index * 7 % len(kinds)], index)

    def plan_one(self, kind, index):
        where = self.chance.pick(self.articles).directory
        extension = ["pdf", "doc", "xls", "zip"][index % 4]
        if kind == "page":
            self.spread(kind, where + "t20190311_%d.html" % (9000000 + index))
        elif kind == "image":
            self.spread(kind, where + "images/W0%d.jpg" % (9000000 + index))
        elif kind == "attachment":
            self.spread(kind, where + "P0%d.%s" % (9000000 + index, extension))
        elif kind == "gbk_attachment":
            self.spread(kind, where + "附件申报表%d.%s" % (9000000 + index, extension), gbk=True)
        elif kind == "gbk_page":
            self.spread(kind, where + "已撤销的通知%d.html" % (9000000 + index), gbk=True)
        elif kind == "script":
            self.spread(kind, "/js/tongji%d.js" % index)
        elif kind == "error":
            self.spread(kind, "/app/show_%d.jsp" % index)
        elif kind == "redirect":
            self.spread(kind, "/old%st20150203_%d.html" % (where, 9000000 + index))

    def plan_extended(self, count):
        for index in range(count):
            where = self.chance.pick(self.articles).directory
            kind = ["srcset", "style", "css", "iframe"][index % 4]
            if kind == "css":
                path = self.plan_dead(kind, "/css/images/bg%d.png" % (9000000 + index), extended=True)
                column = self.columns[index // 4 % len(self.columns)]
                column.dead_images.append(path)
            elif kind == "iframe":
                self.spread(kind, "/frames/n%d.html" % (9000000 + index), extended=True)
            else:
                self.spread(kind, where + "images/S0%d.jpg" % (9000000 + index), extended=True)

    # The frame around every page. Precomputed text is counted with links(): so many occurrences of the same paths.

    def links(self, paths):
        self.occurrences += len(paths)

    def note(self, paths):
        self.urls.update(encoded(path) for path in paths)

    def make_assets(self):
        for name in ("base", "style"):
            self.write("/css/%s.css" % name, self.style_sheet(name, []))
        for name in ("jquery.min", "common", "slide"):
            dead = self.trap("script string", "/dead/from_js_%s.html" % name)
            body = "".join("function %s%d(a,b){if(!a){return b;}var c=[];for(var i=0;i<a.length;i++){c.push(a[i]+b);}return "
                           "c.join('');}\n" % (name.split(".")[0], i) for i in range(60))
            self.write("/js/%s.js" % name, (body + "var tpl='<a href=\"%s\">x</a>';\n" % dead).encode())
        for name in ("logo", "search", "top", "weixin", "weibo", "jiucuo", "dzjg", "icp", "bg", "li"):
            self.write("/images/%s.png" % name, png())
        for column in self.columns:
            name = "col%d" % column.index
            self.write("/css/%s.css" % name, self.style_sheet(name, column.dead_images))
        self.occurrences += 1  # the import below
        dead = self.trap("style sheet comment", "/dead/from_css.png")
        self.write("/css/print.css", ("/* url(%s) */\n@import url('style.css');\n" % dead).encode())

    def style_sheet(self, name, dead_images):
        rules = ["." + name + " .block%d { margin: 0 auto; padding: %dpx; color: #333; }" % (i, i) for i in range(60)]
        rules.append(".%s .head { background: url(../images/bg.png) no-repeat; }" % name)
        rules.append(".%s li { list-style-image: url(\"/images/li.png\"); }" % name)
        self.note(["/images/bg.png", "/images/li.png"])
        self.occurrences += 2
        for index, path in enumerate(dead_images):
            self.dead(path)
            rules.append(".%s .ad%d { background-image: url('images/%s'); }" % (name, index, path.rsplit("/", 1)[1]))
        return "\n".join(rules).encode()

    def frame(self, column, directory, gbk):
        """Head, top and foot of the pages of one column in one directory, and the links that stand in them."""
        paths = []
        deep = column is not None and column.index % 2 == 1  # half of the columns write their references relatively

        def put(path):
            paths.append(path)
            return relative(directory, path) if deep else path

        name = column.name if column else "首页"
        head = ['<!DOCTYPE html>\r\n<html lang="zh-CN">\r\n<head>\r\n<meta charset="%s">\r\n' % ("gb2312" if gbk else "utf-8"),
                '<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1">\r\n'
                '<meta name="SiteName" content="示范市人民政府">\r\n<meta name="SiteDomain" content="www.shifan.example">\r\n'
                '<meta name="SiteIDCode" content="1100000000">\r\n<meta name="ColumnName" content="%s">\r\n' % name]
        for sheet in ["base", "style", "print"] + (["col%d" % column.index] if column else []):
            head.append('<link rel="stylesheet" type="text/css" href="%s">\r\n' % put("/css/%s.css" % sheet))
        for script in ("jquery.min", "common", "slide"):
            head.append('<script type="text/javascript" src="%s"></script>\r\n' % put("/js/%s.js" % script))
        head.append(INLINE_STYLE + INLINE_SCRIPT % {"dead": self.trap("script string", "/dead/tpl_%s.html" % (
            column.index if column else "home"))})
        shim = self.trap("comment", "/dead/html5shiv.js")
        head.append('<!--[if lt IE 9]><script src="%s"></script><![endif]-->\r\n</head>\r\n' % shim)
        top = ['<body>\r\n<div class="header" id="top"><a href="%s"><img src="%s" alt="示范市人民政府"></a>\r\n'
               '<form class="search" action="/so" method="get"><input type="text" name="searchword" placeholder="请输入关键字">'
               '<input type="submit" value="搜索"></form></div>\r\n<div class="nav" id="nav"><ul>\r\n'
               % (put("/"), put("/images/logo.png"))]
        for other in self.columns:
            top.append('<li class="nav-item nav-item-%d"><a href="%s" title="%s" target="_self">%s</a></li>\r\n'
                       % (other.index, put(other.directory), other.name, other.name))
        if column and column.dead_template:
            top.append('<li class="nav-item"><a href="%s">专题回顾</a></li>\r\n' % put(column.dead_template))
        top.append('</ul></div>\r\n<div class="position">当前位置：<a href="%s">首页</a> &gt; ' % put("/"))
        if column:
            top.append('<a href="%s">%s</a>' % (put(column.directory), name))
        top.append("</div>\r\n")
        foot = ['<div class="footer"><div class="friend"><h3>友情链接</h3>\r\n']
        for index, friend in enumerate(FRIENDS):
            foot.append('<a href="http://www.dept%d.example/" target="_blank" rel="noopener">%s</a>\r\n' % (index, friend))
        foot.append('</div><!-- <div class="old-friend"><a href="%s">旧版入口</a></div> -->\r\n<p>' % self.trap(
            "comment", "/dead/oldhome.html"))
        for image, text in (("top", "返回顶部"), ("weixin", "微信"), ("weibo", "微博"), ("jiucuo", "纠错"), ("dzjg", "党政机关")):
            foot.append('<a href="#top"><img src="%s" alt="%s" width="40" height="40"></a>\r\n' % (put("/images/%s.png" % image), text))
        foot.append('主办：示范市人民政府办公室 网站标识码：1100000000 <a href="javascript:void(0)">设为首页</a> <a href="mailto:'
                    'web@shifan.example">联系我们</a></p></div>\r\n</body>\r\n</html>\r\n')
        self.note(paths)
        return Frame("".join(head), "".join(top), "".join(foot), paths, column)

    def use_frame(self, frame):
        self.links(frame.paths)
        self.occurrences += len(FRIENDS)
        if frame.column and frame.column.dead_template:
            self.broken[encoded(frame.column.dead_template)]["places"] += 1

    def aside(self, column, directory):
        """The latest of the column and some of the other columns; the same on all pages of a directory's column."""
        paths, out = [], ['<div class="aside"><h3>最新发布</h3><ul>\r\n']
        wanted = max(10, OUTER_LINKS - 22 - len(self.columns))
        pool = column.articles[:15] + [other.articles[0] for other in self.columns if other is not column]
        pool += column.articles[15:] + self.articles
        for article in pool[:wanted]:
            paths.append(article.path)
            out.append('<li class="aside-item"><a href="%s" target="_blank" title="%s">%s…</a><span class="date">%s</span></li>\r\n'
                       % (article.path, article.title, article.title[:18], article.date()[5:]))
        out.append("</ul></div>\r\n")
        self.note(paths)
        return "".join(out), paths

    # Pages.

    def make(self):
        self.plan()
        self.make_assets()
        self.attachment_bytes = {"pdf": pdf("attachment"), "doc": ole(), "xls": ole(),
                                 "zip": zip_file(os.path.join(self.root, "make.zip"))}
        for column in self.columns:
            self.make_column(column)
        self.make_frames()
        self.make_home()

    def make_column(self, column):
        aside, aside_paths = self.aside(column, column.directory)
        frames = {}
        for position, article in enumerate(column.articles):
            key = (article.directory if column.index % 2 else "", article.gbk)
            if key not in frames:
                frames[key] = self.frame(column, article.directory, article.gbk)
            self.links(aside_paths)
            self.make_article(article, position, frames[key], aside)
        list_frame = self.frame(column, column.directory, False)
        for page in range(column.lists):
            self.links(aside_paths)
            self.make_list(column, page, list_frame, aside)

    def make_article(self, article, position, frame, aside):
        chance, column, directory = self.chance, article.column, article.directory
        self.use_frame(frame)
        out = [frame.head.replace("</head>", "<title>%s_示范市人民政府</title>\r\n<meta name=\"ArticleTitle\" content=\"%s\">\r\n"
                                  "<meta name=\"PubDate\" content=\"%s\">\r\n</head>" % (article.title, article.title, article.date()), 1),
               frame.top, '<div class="main"><div class="article"><h1>%s</h1>\r\n<div class="info">发布日期：%s　来源：%s　浏览次数：'
               '<span id="hits"></span></div>\r\n<div class="content" id="zoom">\r\n' % (article.title, article.date(), chance.pick(OFFICES))]
        paragraphs = 12 + int(chance.random() ** 2 * 40) + (14 if article.gbk else 0)
        out += [self.paragraphs[chance.below(600)] for _ in range(paragraphs)]
        if chance.random() < 0.30:
            out.append(self.image(article, chance.below(1000)))
        if chance.random() < 0.22:
            out.append(self.attachment(article, chance.below(4)))
        if article.number % 40 == 7:
            out.append(self.extras(article))
        if article.number % 25 == 3:
            out.append(self.trap_block(article))
        out += [self.dead_markup(kind, path, article) for kind, path in article.dead]
        out.append("</div>\r\n" + self.near_links(article, position) + "</div></div>\r\n")
        out += [aside, frame.foot]
        self.write_page(article.path, "".join(out), article.gbk)

    def image(self, article, size):
        path = article.directory + "images/W0%d.jpg" % article.number
        self.write(path, jpeg(size))
        self.link(path)
        return '<p style="text-align: center;"><img src="./images/W0%d.jpg" alt="" style="width: 600px;"></p>\r\n' % article.number

    def attachment(self, article, kind):
        out, extension = [], ["pdf", "doc", "xls", "zip"][kind]
        for index in range(2 if article.number % 3 == 0 else 1):
            name = "附件%d申报表%d" % (index + 1, article.number) if article.gbk else "P0%d_%d" % (article.number, index)
            path = "%s%s.%s" % (article.directory, name, extension)
            self.write(path, self.attachment_bytes[extension])
            self.link(path)
            out.append('<p>附件：<a href="%s" target="_blank" appendix="true">附件%d.%s</a></p>\r\n'
                       % (relative(article.directory, path), index + 1, extension))
        return "".join(out)

    def extras(self, article):
        """Living targets of the extended kinds: srcset, inline style, iframe; a redirect that ends well; a query."""
        number = article.number
        base = article.directory + "images/S0%d" % number
        for path in (base + "_1.jpg", base + "_2.jpg", base + "_3.jpg"):
            self.write(path, jpeg(40))
            self.link(path)
        frame = self.link("/frames/n%d.html" % (number // 40 % self.frames))
        other = self.articles[(number * 7 + 1) % len(self.articles)]
        if other.gbk:
            other = self.articles[(number * 7 + 2) % len(self.articles)]
        moved = self.link("/old" + other.path)
        form = "/bsfw/gbk.html?lx=%D6%D0%CE%C4" if article.gbk else "/bsfw/utf8.html?lx=%E4%B8%AD%E6%96%87"
        self.link(form)
        return ('<img srcset="images/S0%d_1.jpg 1x, images/S0%d_2.jpg 2x" alt="">\r\n<div class="banner" style="background: '
                'url(images/S0%d_3.jpg) no-repeat"></div>\r\n<iframe src="%s" width="600" height="300"></iframe>\r\n<p>原文见<a href="%s">'
                '%s</a>，<a href="/bsfw/%s.html?lx=中文">在线办理</a></p>\r\n'
                % (number, number, number, frame, moved, other.title, "gbk" if article.gbk else "utf8"))

    def trap_block(self, article):
        """What must not be taken for a link: strings of scripts, comments, text of a textarea, comments in a style."""
        n = article.number % 2000
        return ('<script type="text/javascript">\r\ndocument.write(\'<a href="%s">更多</a>\');\r\nvar list = "<img src=\'%s\'>";\r\n'
                '</script>\r\n<!-- <p><a href="%s">已失效的附件</a></p> -->\r\n<textarea readonly><a href="%s">转载代码</a></textarea>\r\n'
                '<style>/* .x { background: url(%s) } */ .y { color: red }</style>\r\n'
                % (self.trap("script string", "/dead/script%d.html" % n), self.trap("script string", "/dead/script%d.png" % n),
                   self.trap("comment", "/dead/comment%d.pdf" % n), self.trap("textarea", "/dead/code%d.html" % n),
                   self.trap("style comment", "/dead/style%d.png" % n)))

    def dead_markup(self, kind, path, article):
        self.dead(path)
        written = relative(article.directory, path) if article.number % 2 else path
        if kind in ("page", "gbk_page", "error", "redirect"):
            return '<p>相关链接：<a href="%s" target="_blank">查看有关情况说明</a></p>\r\n' % written
        if kind in ("attachment", "gbk_attachment"):
            return '<p>附件：<a href="%s" appendix="true">申报材料清单</a></p>\r\n' % written
        if kind == "image":
            return '<p style="text-align: center;"><img src="%s" alt="现场图片"></p>\r\n' % written
        if kind == "script":
            return '<script type="text/javascript" src="%s"></script>\r\n' % written
        if kind == "srcset":
            self.link("/images/logo.png")
            return '<img srcset="/images/logo.png 1x, %s 2x" alt="">\r\n' % written
        if kind == "style":
            return '<div class="banner" style="background-image: url(\'%s\')"></div>\r\n' % written
        return '<iframe src="%s" width="600" height="300" frameborder="0"></iframe>\r\n' % written

    def near_links(self, article, position):
        articles, chance, out = article.column.articles, self.chance, []
        for label, other in (("上一篇", position - 1), ("下一篇", position + 1)):
            if 0 <= other < len(articles):
                path = self.link(articles[other].path)
                out.append('<div class="near">%s：<a href="%s">%s</a></div>\r\n' % (label, relative(article.directory, path),
                                                                                articles[other].title))
        out.append('<div class="related"><h3>相关文章</h3><ul>\r\n')
        for _ in range(10):
            other = chance.pick(articles)
            path = self.link(other.path)
            out.append('<li><a href="%s" title="%s">%s</a><span>%s</span></li>\r\n'
                       % (path if chance.random() < 0.5 else encoded(path), other.title, other.title, other.date()))
        out.append("</ul></div>\r\n")
        return "".join(out)

    def make_list(self, column, page, frame, aside):
        self.use_frame(frame)
        def name(number):
            return column.directory + ("index_%d.html" % number if number else "index.html")

        out = [frame.head.replace("</head>", "<title>%s_示范市人民政府</title>\r\n</head>" % column.name, 1), frame.top,
               '<div class="main"><div class="list"><h2>%s</h2><ul>\r\n' % column.name]
        for article in column.articles[page * 20:page * 20 + 20]:
            path = self.link(article.path)
            out.append('<li class="list-item"><a href="%s" target="_blank" title="%s">%s</a><span class="date">%s</span></li>\r\n'
                       % (relative(column.directory, path), article.title, article.title, article.date()))
        out.append('</ul>\r\n<div class="pages">')
        numbers = sorted({0, column.lists - 1} | set(range(max(0, page - 4), min(column.lists, page + 5))))
        for number in numbers:
            # The first page is linked as the directory, so that it is one URL.
            path = self.link(column.directory if number == 0 else name(number))
            out.append('<a href="%s">%d</a>\r\n' % ("./" if number == 0 else path.rsplit("/", 1)[1], number + 1))
        out.append("</div></div>\r\n")
        out += [self.paragraphs[self.chance.below(600)] for _ in range(7)]
        out += ["</div>\r\n", aside, frame.foot]
        self.write_page(name(page), "".join(out))

    def make_frames(self):
        """Small pages: those shown in iframes, and the answers of the form."""
        for number in range(self.frames):
            self.write_page("/frames/n%d.html" % number, self.small_page("公示栏%d" % number, "utf-8"))
        for name, charset in (("utf8", "utf-8"), ("gbk", "gbk")):
            self.write_page("/bsfw/%s.html" % name, self.small_page("在线办理", charset), charset == "gbk")

    def small_page(self, title, charset):
        self.link("/images/logo.png")
        self.link("/")
        return ('<!DOCTYPE html>\r\n<html><head><meta charset="%s"><title>%s</title></head><body><a href="/"><img src="/images/logo.png" '
                'alt=""></a><h1>%s</h1>%s</body></html>\r\n'
                % (charset, title, title, "".join(self.paragraphs[self.chance.below(600)] for _ in range(40))))

    def make_home(self):
        frame = self.frame(None, "/", False)
        self.use_frame(frame)
        out = [frame.head.replace("</head>", "<title>示范市人民政府</title>\r\n</head>", 1), frame.top]
        items = max(8, 400 // len(self.columns))
        for column in self.columns:
            out.append('<div class="block"><h2><a href="%s">%s</a></h2><ul>\r\n' % (self.link(column.directory), column.name))
            for article in column.articles[:items]:
                out.append('<li><a href="%s" title="%s" target="_blank">%s</a><span>%s</span></li>\r\n'
                           % (self.link(article.path), article.title, article.title, article.date()))
            out.append("</ul></div>\r\n")
        out.append('<div class="frames">\r\n')
        for number in range(self.frames):
            out.append('<a href="%s">公示栏%d</a>\r\n' % (self.link("/frames/n%d.html" % number), number))
        for form in ("utf8.html?lx=%E4%B8%AD%E6%96%87", "gbk.html?lx=%D6%D0%CE%C4"):
            out.append('<a href="%s">在线办理</a>\r\n' % self.link("/bsfw/" + form))
        out += ["</div>\r\n", frame.foot]
        self.write_page("/index.html", "".join(out))

    def truth(self):
        return {
            "pages": self.html_pages, "gbk_pages": self.gbk_pages, "html_bytes": self.html_bytes,
            "smallest_page": self.smallest, "largest_page": self.largest,
            "link_occurrences": self.occurrences, "distinct_urls": len(self.urls),
            "broken_core": sum(entry["set"] == "core" for entry in self.broken.values()),
            "broken_extended": sum(entry["set"] == "extended" for entry in self.broken.values()),
            "places": sum(entry["places"] for entry in self.broken.values()),
            "broken": self.broken, "traps": self.traps,
        }


class Frame:
    def __init__(self, head, top, foot, paths, column):
        self.head, self.top, self.foot, self.paths, self.column = head, top, foot, paths, column


INLINE_STYLE = "<style>\r\n" + "".join(
    ".article .p%d { margin: %dpx auto; line-height: 1.8; font-family: '宋体'; }\r\n" % (i, i) for i in range(24)) + "</style>\r\n"
INLINE_SCRIPT = """<script type="text/javascript">\r
var siteName = "示范市人民政府", rootPath = "../", i = 0;\r
function showDate() { var d = new Date(); var w = ["日","一","二","三","四","五","六"]; return d.getFullYear() + "年" + (d.getMonth() + 1)
  + "月" + d.getDate() + "日 星期" + w[d.getDay()]; }\r
function addRow(title, url) { var html = '<li><a href="%(dead)s" title="' + title + '">' + title + '</a></li>';
  if (url && title.length > 2) { document.getElementById("rows").innerHTML += html.replace("{url}", url); } return i < 10 && html; }\r
$(function () { $(".nav li").hover(function () { $(this).addClass("on").siblings().removeClass("on"); }, function () {
  $(this).removeClass("on"); }); for (i = 0; i < 5; i++) { $(".tab" + i).hide(); } });\r
var _hmt = _hmt || []; (function () { var hm = document.createElement("script"); hm.async = true; _hmt.push(["page", siteName]); })();\r
</script>\r
"""

# What the server does besides files, each a prefix: /old/x moved to /x; programs under /app/ fail; a query is answered
# in one charset only.
SERVER = {"moved": "/old/", "failing": "/app/",
          "queries": {"/bsfw/utf8.html": "lx=%E4%B8%AD%E6%96%87", "/bsfw/gbk.html": "lx=%D6%D0%CE%C4"}}


def make_portal(out, pages, seed):
    if pages < 100:
        raise ValueError("a portal has at least 100 pages")
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(os.path.join(out, "www"))
    portal = Portal(out, pages, seed)
    portal.make()
    truth = portal.truth()
    missing = [url for url, entry in truth["broken"].items() if entry["places"] == 0]
    if missing or truth["pages"] != pages:
        raise AssertionError("the plan does not add up: %d pages, unplaced %s" % (truth["pages"], missing[:3]))
    truth["made"] = {"version": VERSION, "pages": pages, "seed": seed}
    for name, content in (("portal.json", SERVER), ("truth.json", truth)):
        with open(os.path.join(out, name), "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
    return truth


def main():
    parser = argparse.ArgumentParser(description="Writes a portal of static files with the truth about its links.")
    parser.add_argument("out")
    parser.add_argument("--pages", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    truth = make_portal(arguments.out, arguments.pages, arguments.seed)
    pages = truth["pages"]
    print("%d pages (%d GBK), %.1f KB a page (%.0f to %.0f), %.1f links and %.2f URLs a page, broken %d + %d at %d places"
          % (pages, truth["gbk_pages"], truth["html_bytes"] / pages / 1e3, truth["smallest_page"] / 1e3,
             truth["largest_page"] / 1e3, truth["link_occurrences"] / pages, truth["distinct_urls"] / pages,
             truth["broken_core"], truth["broken_extended"], truth["places"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
