#include "crawler/charset_encodings.h"

#include <unicode/ucnv.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "crawler/ascii.h"

namespace xuncha {
namespace {

using Kind = EncodingKind;

// Encoding standard, 4.2 "Names and labels".
const std::vector<Encoding>& encoding_table() {
  static const std::vector<Encoding> table = {
      {"utf-8", Kind::kUtf8, nullptr, "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
      {"ibm866", Kind::kSingleByte, "ibm866", "866 cp866 csibm866 ibm866"},
      {"iso-8859-2", Kind::kSingleByte, "iso-8859-2",
       "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"},
      {"iso-8859-3", Kind::kSingleByte, "iso-8859-3",
       "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"},
      {"iso-8859-4", Kind::kSingleByte, "iso-8859-4",
       "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"},
      {"iso-8859-5", Kind::kSingleByte, "iso-8859-5",
       "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"},
      {"iso-8859-6", Kind::kSingleByte, "iso-8859-6",
       "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
       "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"},
      {"iso-8859-7", Kind::kSingleByte, "iso-8859-7",
       "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
       "iso_8859-7:1987 sun_eu_greek"},
      {"iso-8859-8", Kind::kSingleByte, "iso-8859-8",
       "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
       "iso_8859-8:1988 visual"},
      {"iso-8859-8-i", Kind::kSingleByte, "iso-8859-8", "csiso88598i iso-8859-8-i logical"},
      {"iso-8859-10", Kind::kSingleByte, "iso-8859-10",
       "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
      {"iso-8859-13", Kind::kSingleByte, "iso-8859-13", "iso-8859-13 iso8859-13 iso885913"},
      {"iso-8859-14", Kind::kSingleByte, "iso-8859-14", "iso-8859-14 iso8859-14 iso885914"},
      {"iso-8859-15", Kind::kSingleByte, "iso-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
      {"iso-8859-16", Kind::kSingleByte, nullptr, "iso-8859-16"},
      {"koi8-r", Kind::kSingleByte, "koi8-r", "cskoi8r koi koi8 koi8-r koi8_r"},
      {"koi8-u", Kind::kSingleByte, "koi8-u", "koi8-ru koi8-u"},
      {"macintosh", Kind::kSingleByte, "macintosh", "csmacintosh mac macintosh x-mac-roman"},
      {"windows-874", Kind::kSingleByte, "windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
      {"windows-1250", Kind::kSingleByte, "windows-1250", "cp1250 windows-1250 x-cp1250"},
      {"windows-1251", Kind::kSingleByte, "windows-1251", "cp1251 windows-1251 x-cp1251"},
      {"windows-1252", Kind::kSingleByte, "windows-1252",
       "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
       "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"},
      {"windows-1253", Kind::kSingleByte, "windows-1253", "cp1253 windows-1253 x-cp1253"},
      {"windows-1254", Kind::kSingleByte, "windows-1254",
       "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
       "windows-1254 x-cp1254"},
      {"windows-1255", Kind::kSingleByte, "windows-1255", "cp1255 windows-1255 x-cp1255"},
      {"windows-1256", Kind::kSingleByte, "windows-1256", "cp1256 windows-1256 x-cp1256"},
      {"windows-1257", Kind::kSingleByte, "windows-1257", "cp1257 windows-1257 x-cp1257"},
      {"windows-1258", Kind::kSingleByte, "windows-1258", "cp1258 windows-1258 x-cp1258"},
      {"x-mac-cyrillic", Kind::kSingleByte, "x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
      {"gbk", Kind::kGbk, "gb18030", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"},
      {"gb18030", Kind::kGb18030, "gb18030", "gb18030"},
      {"big5", Kind::kBig5, "Big5-HKSCS", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
      {"euc-jp", Kind::kEucJp, "euc-jp", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
      {"iso-2022-jp", Kind::kIso2022Jp, "iso-2022-jp", "csiso2022jp iso-2022-jp"},
      {"shift_jis", Kind::kShiftJis, "ibm-943_P15A-2003",
       "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
      {"euc-kr", Kind::kEucKr, "windows-949",
       "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"},
      {"replacement", Kind::kReplacement, nullptr,
       "csiso2022kr hz-gb-2312 iso-2022-cn iso-2022-cn-ext iso-2022-kr replacement"},
      {"utf-16be", Kind::kUtf16Be, nullptr, "unicodefffe utf-16be"},
      {"utf-16le", Kind::kUtf16Le, nullptr, "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
      {"x-user-defined", Kind::kUserDefined, nullptr, "x-user-defined"},
  };
  return table;
}

// One ICU converter that stops at what it does not know.
class Converter {
 public:
  explicit Converter(const char* name) {
    UErrorCode error = U_ZERO_ERROR;
    converter_.reset(ucnv_open(name, &error));
    if (U_FAILURE(error)) {
      converter_.reset();
      return;
    }
    ucnv_setToUCallBack(converter_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  }

  // The single code point that exactly these bytes mean; 0 when none.
  template <std::size_t size>
  char32_t code_point(const std::array<int, size>& values) {
    if (!converter_) return 0;
    std::array<char, size> bytes{};
    for (std::size_t index = 0; index < size; ++index) bytes[index] = static_cast<char>(values[index]);
    ucnv_reset(converter_.get());
    UErrorCode error = U_ZERO_ERROR;
    const char* position = bytes.data();
    const char* end = bytes.data() + size;
    const UChar32 result = ucnv_getNextUChar(converter_.get(), &position, end, &error);
    if (U_FAILURE(error) || position != end || result < 0x80) return 0;
    return static_cast<char32_t>(result);
  }

 private:
  struct Close {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
  };
  std::unique_ptr<UConverter, Close> converter_;
};

bool is_private_use(char32_t code_point) {
  return code_point >= 0xE000 && code_point <= 0xF8FF;
}

EncodingIndex build_gb18030() {
  Converter icu("gb18030");
  EncodingIndex index(std::size_t{126} * 190);
  for (int pointer = 0; pointer < 126 * 190; ++pointer) {
    const int trail = pointer % 190;
    index[static_cast<std::size_t>(pointer)] =
        icu.code_point(std::array{pointer / 190 + 0x81, trail + (trail < 0x3F ? 0x40 : 0x41)});
  }
  index[6555] = 0x3000;  // A3 A0: an ideographic space in the standard, a private character in ICU
  return index;
}

// Big5 pointers that the standard's index has and ICU's Big5-HKSCS of 2004 has not: runs of code points.
constexpr std::pair<std::uint16_t, std::u16string_view> kBig5Additions[] = {
    {1008, u"龗"},       {1016, u"龖"},    {1099, u"㇀㇁㇂㇃㇄"},
    {1105, u"㇅"},       {1108, u"㇆㇇"},  {1112, u"㇈"},
    {1114, u"㇉㇊㇋㇌"}, {1119, u"㇍㇎"},  {1170, u"⏚⏛"},
    {1730, u"龦"},       {1772, u"龧"},    {1779, u"龨"},
    {1812, u"龩"},       {1814, u"龪"},    {1816, u"龫"},
    {1821, u"龬"},       {1844, u"龭龮"},  {1847, u"龯"},
    {1866, u"龲"},       {1892, u"龳"},    {2082, u"箸"},
    {2088, u"簆"},       {2103, u"糎"},    {2114, u"緒"},
    {2123, u"縝"},       {2148, u"者"},    {2151, u"耨"},
    {2221, u"菁"},       {2239, u"蒨"},    {2244, u"萏"},
    {2303, u"覦覩"},     {2354, u"起"},    {2400, u"都"},
    {2413, u"銹"},       {2477, u"靜"},    {2498, u"響"},
    {2605, u"鼖"},       {2673, u"蔃"},    {2746, u"兙兛兝兞"},
    {2771, u"鍮"},       {2780, u"瑹"},    {2990, u"浧"},
    {3087, u"禛"},       {3259, u"邗"},    {3301, u"靝"},
    {3436, u"瀞"},       {3451, u"嬨"},    {4136, u"爁"},
    {4138, u"矗"},       {4141, u"纇"},    {4182, u"駖"},
    {4206, u"釔"},       {4220, u"惞"},    {4230, u"澶"},
    {4241, u"輶"},       {4258, u"侻"},    {4273, u"營"},
    {4279, u"鄄"},       {4282, u"鷰"},    {4294, u"菏"},
    {4329, u"尐秣"},     {4349, u"婧"},    {4419, u"輋"},
    {4422, u"筑"},       {4494, u"拐"},    {4624, u"恢"},
    {4694, u"痹"},       {4708, u"汊"},    {4742, u"鬮"},
    {4748, u"鼗"},       {4815, u"僭"},    {4828, u"弌"},
    {4902, u"蠏"},       {4922, u"拎"},    {4982, u"瑨"},
    {4992, u"煢"},       {4997, u"牐"},    {5432, u"␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡"},
    {10942, u"廴"},      {10946, u"无"},   {10948, u"癶"},
    {10950, u"隶"},      {10957, u"〃仝"}, {11204, u"㇏"},
    {11210, u"龰"},      {11212, u"龱"},   {19028, u"倩"},
    {19035, u"偽"},      {19088, u"包"},   {19096, u"卄"},
    {19112, u"卿"},      {19162, u"嘅"},   {19240, u"婷"},
    {19299, u"幵"},      {19305, u"廐"},   {19326, u"彘"},
    {19355, u"悤"},      {19398, u"撐"},   {19439, u"晴"},
    {19454, u"杞"},      {19553, u"沜渝"}, {19557, u"港"},
    {19611, u"煮"},      {19643, u"猪"},   {19672, u"瑜"},
    {19697, u"瓩"},      {19748, u"砉"}};

EncodingIndex build_big5() {
  Converter icu("Big5-HKSCS");
  EncodingIndex index(std::size_t{126} * 157);
  for (int pointer = 942; pointer < 126 * 157; ++pointer) {
    const int trail = pointer % 157;
    const char32_t found = icu.code_point(std::array{pointer / 157 + 0x81, trail + (trail < 0x3F ? 0x40 : 0x62)});
    index[static_cast<std::size_t>(pointer)] = is_private_use(found) ? 0 : found;
  }
  for (const auto& [pointer, code_points] : kBig5Additions) {
    std::copy(code_points.begin(), code_points.end(), index.begin() + pointer);
  }
  return index;
}

// The jis0208 index has the pointers of Shift_JIS; EUC-JP uses its first 94 rows.
EncodingIndex build_jis0208() {
  Converter icu("ibm-943_P15A-2003");
  EncodingIndex index(std::size_t{188} * 60);
  for (int pointer = 0; pointer < 188 * 60; ++pointer) {
    const int lead = pointer / 188;
    const int trail = pointer % 188;
    const char32_t found =
        icu.code_point(std::array{lead + (lead < 0x1F ? 0x81 : 0xC1), trail + (trail < 0x3F ? 0x40 : 0x41)});
    index[static_cast<std::size_t>(pointer)] = is_private_use(found) ? 0 : found;
  }
  return index;
}

EncodingIndex build_euc_kr() {
  Converter icu("windows-949");
  EncodingIndex index(std::size_t{126} * 190);
  for (int pointer = 0; pointer < 126 * 190; ++pointer) {
    const char32_t found = icu.code_point(std::array{pointer / 190 + 0x81, pointer % 190 + 0x41});
    index[static_cast<std::size_t>(pointer)] = is_private_use(found) ? 0 : found;
  }
  return index;
}

EncodingIndex build_jis0212() {
  Converter icu("euc-jp");
  EncodingIndex index(std::size_t{94} * 94);
  for (int pointer = 0; pointer < 94 * 94; ++pointer) {
    const char32_t found = icu.code_point(std::array{0x8F, pointer / 94 + 0xA1, pointer % 94 + 0xA1});
    index[static_cast<std::size_t>(pointer)] = is_private_use(found) ? 0 : found;
  }
  return index;
}

EncodingIndex build_gb18030_four_byte() {
  Converter icu("gb18030");
  EncodingIndex index(39420);
  for (int pointer = 0; pointer < 39420; ++pointer) {
    index[static_cast<std::size_t>(pointer)] = icu.code_point(
        std::array{pointer / 12600 + 0x81, pointer / 1260 % 10 + 0x30, pointer / 10 % 126 + 0x81, pointer % 10 + 0x30});
  }
  return index;
}

// ISO 8859-16, which ICU does not have: 0xA0-0xFF.
constexpr char16_t kIso885916[] =
    u"\u00A0\u0104\u0105\u0141\u20AC\u201E\u0160\u00A7\u0161\u00A9\u0218\u00AB\u0179\u00AD\u017A\u017B"
    u"\u00B0\u00B1\u010C\u0142\u017D\u201D\u00B6\u00B7\u017E\u010D\u0219\u00BB\u0152\u0153\u0178\u017C"
    u"\u00C0\u00C1\u00C2\u0102\u00C4\u0106\u00C6\u00C7\u00C8\u00C9\u00CA\u00CB\u00CC\u00CD\u00CE\u00CF"
    u"\u0110\u0143\u00D2\u00D3\u00D4\u0150\u00D6\u015A\u0170\u00D9\u00DA\u00DB\u00DC\u0118\u021A\u00DF"
    u"\u00E0\u00E1\u00E2\u0103\u00E4\u0107\u00E6\u00E7\u00E8\u00E9\u00EA\u00EB\u00EC\u00ED\u00EE\u00EF"
    u"\u0111\u0144\u00F2\u00F3\u00F4\u0151\u00F6\u015B\u0171\u00F9\u00FA\u00FB\u00FC\u0119\u021B\u00FF";

EncodingIndex build_single_byte(const Encoding& encoding) {
  EncodingIndex index(128);
  if (encoding.icu == nullptr) {
    for (std::size_t byte = 0; byte < 32; ++byte) index[byte] = static_cast<char32_t>(0x80 + byte);
    for (std::size_t byte = 0; byte < 96; ++byte) index[32 + byte] = kIso885916[byte];
    return index;
  }
  Converter icu(encoding.icu);
  for (int byte = 0x80; byte < 0x100; ++byte) {
    index[static_cast<std::size_t>(byte - 0x80)] = icu.code_point(std::array{byte});
  }
  // Where the standard's tables differ from ICU's.
  if (encoding.name == "koi8-u") {
    index[0xAE - 0x80] = 0x45E;
    index[0xBE - 0x80] = 0x40E;
  } else if (encoding.name == "windows-1255") {
    index[0xCA - 0x80] = 0x5BA;
  } else if (encoding.name == "windows-874") {
    for (char32_t& code_point : index) {
      if (is_private_use(code_point)) code_point = 0;
    }
  }
  return index;
}

}  // namespace

const std::vector<Encoding>& all_encodings() {
  return encoding_table();
}

const Encoding* find_encoding(std::string_view label) {
  static const auto labels = [] {
    std::unordered_map<std::string_view, const Encoding*> map;
    for (const Encoding& encoding : encoding_table()) {
      std::string_view rest = encoding.labels;
      while (!rest.empty()) {
        const std::size_t space = rest.find(' ');
        map.emplace(rest.substr(0, space), &encoding);
        rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
      }
    }
    return map;
  }();
  label = trim_ascii(label);
  if (label.size() > 64) return nullptr;
  const auto found = labels.find(to_ascii_lower(label));
  return found == labels.end() ? nullptr : found->second;
}

const EncodingIndex& index_of(EncodingKind kind) {
  static const EncodingIndex none;
  switch (kind) {
    case Kind::kGb18030:
    case Kind::kGbk: {
      static const EncodingIndex index = build_gb18030();
      return index;
    }
    case Kind::kBig5: {
      static const EncodingIndex index = build_big5();
      return index;
    }
    case Kind::kEucJp:
    case Kind::kShiftJis: {
      static const EncodingIndex index = build_jis0208();
      return index;
    }
    case Kind::kEucKr: {
      static const EncodingIndex index = build_euc_kr();
      return index;
    }
    default:
      return none;
  }
}

const EncodingIndex& index_jis0212() {
  static const EncodingIndex index = build_jis0212();
  return index;
}

const EncodingIndex& index_gb18030_four_byte() {
  static const EncodingIndex index = build_gb18030_four_byte();
  return index;
}

const EncodingIndex& index_single_byte(const Encoding& encoding) {
  static std::mutex mutex;
  static std::map<std::string_view, EncodingIndex> built;  // nodes stay where they are
  const std::lock_guard lock(mutex);
  const auto found = built.find(encoding.name);
  if (found != built.end()) return found->second;
  return built.emplace(encoding.name, build_single_byte(encoding)).first->second;
}

}  // namespace xuncha
