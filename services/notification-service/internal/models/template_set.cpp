#include "internal/models/template_set.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "core/error.hpp"
#include "internal/models/locale_format.hpp"

namespace souk::notification {
namespace {

namespace mustache = kainjow::mustache;

/// Readers name their locale themselves, and there are hundreds. A shop's usual ones fit.
constexpr std::size_t kLanguagesKept = 32;

constexpr std::string_view kSubject = "Subject: ";
constexpr std::string_view kPreview = "Preview: ";

/// What mails share: their frame, its words, and the page that ends them.
constexpr std::array<std::string_view, 4> kParts{"layout", "footer", "words", "unsubscribe"};

Time to_time(const boost::json::value& milliseconds) {
  return Time{std::chrono::milliseconds{milliseconds.to_number<std::int64_t>()}};
}

mustache::data to_data(const boost::json::object& object, LocaleFormat& format);

mustache::data to_data(const boost::json::value& value, LocaleFormat& format) {
  if (value.is_string()) return std::string{value.get_string()};
  if (value.is_bool()) return mustache::data{value.get_bool()};
  if (value.is_array()) {
    mustache::data list{mustache::data::type::list};
    for (const auto& item : value.get_array()) list.push_back(to_data(item.as_object(), format));
    return list;
  }
  if (!value.is_object()) return mustache::data{false};
  const auto& object = value.get_object();
  if (const auto* amount = object.if_contains("amount_minor")) {
    return format.money({amount->to_number<std::int64_t>(),
                         Currency::from(std::string_view{object.at("currency").as_string()})});
  }
  if (const auto* rate = object.if_contains("basis_points")) {
    return format.percent(rate->to_number<std::int64_t>());
  }
  if (const auto* code = object.if_contains("country")) {
    return format.country(std::string_view{code->as_string()});
  }
  if (const auto* day = object.if_contains("day")) return format.date(to_time(*day));
  if (const auto* moment = object.if_contains("moment")) return format.moment(to_time(*moment));
  return to_data(object, format);
}

mustache::data to_data(const boost::json::object& object, LocaleFormat& format) {
  mustache::data data;
  for (const auto& [key, value] : object) data.set(std::string{key}, to_data(value, format));
  return data;
}

/// `&apos;` is none of HTML 4, which some mail programs still read.
std::string escape_html(const std::string& text) {
  std::string escaped;
  for (const char character : text) {
    switch (character) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += character;
    }
  }
  return escaped;
}

boost::json::value time_value(const char* as, Time time) {
  return boost::json::object{
      {as, std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count()}};
}

/// "order_confirmation" of "order_confirmation.de.html".
std::string_view kind_of(std::string_view file) { return file.substr(0, file.find('.')); }

/// "de" of "order_confirmation.de.html"; empty without one.
std::string_view locale_of(std::string_view file) {
  const auto first = file.find('.');
  const auto last = file.rfind('.');
  return first == last ? std::string_view{} : file.substr(first + 1, last - first - 1);
}

/// "name: text" lines; nothing where one is none.
std::optional<Words> read_words(std::string_view text) {
  Words words;
  while (!text.empty()) {
    auto line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) return std::nullopt;
    words.insert_or_assign(std::string{line.substr(0, colon)}, line.substr(colon + 2));
  }
  return words;
}

/// What a template may use: the message's own, and what all have.
mustache::data view_of(const boost::json::object& data, std::string_view locale, const Shop& shop,
                       LocaleFormat& format, const Words& words) {
  auto view = to_data(data, format);
  mustache::data said;
  for (const auto& [name, text] : words) said.set(name, text);
  view.set("words", said);
  mustache::data seller{mustache::data::type::list};
  for (const auto& line : shop.seller) seller.push_back(mustache::data{"line", line});
  view.set("seller", seller);
  view.set("shop_name", shop.name);
  view.set("shop_url", shop.url);
  view.set("lang", std::string{locale});
  return view;
}

/// At most one empty line in a row, and none at the end: sections that say nothing leave theirs behind.
std::string without_gaps(std::string_view text) {
  std::string tidy;
  int breaks = 0;
  for (const char character : text) {
    breaks = character == '\n' ? breaks + 1 : 0;
    if (breaks <= 2) tidy += character;
  }
  tidy.erase(tidy.find_last_not_of('\n') + 1);
  return tidy + '\n';
}

/// Takes the head's lines off a filled text.
std::string take_line(std::string& text, std::string_view name) {
  if (!text.starts_with(name)) return {};
  const auto end = std::min(text.find('\n'), text.size());
  auto value = text.substr(name.size(), end - name.size());
  text.erase(0, std::min(end + 1, text.size()));
  if (value.ends_with('\r')) value.pop_back();
  return value;
}

}  // namespace

/// A template that was read once: reading one takes longer than filling it in.
class CompiledTemplate {
 public:
  /// Throws std::logic_error for a text that does not parse.
  explicit CompiledTemplate(const std::string& text) : mustache_(text) {
    if (!mustache_.is_valid()) throw std::logic_error{mustache_.error_message()};
    mustache_.set_custom_escape(escape_html);
  }

  std::string fill(const mustache::data& data) { return mustache_.render(data); }

 private:
  mustache::mustache mustache_;
};

struct TemplateSet::Language {
  LocaleFormat format;
  Words words;
};

std::string fill_text(const std::string& text, const boost::json::object& data,
                      std::string_view locale) {
  LocaleFormat format{locale};
  return CompiledTemplate{text}.fill(to_data(data, format));
}

boost::json::value amount_value(const Money& money) {
  return boost::json::object{{"amount_minor", money.amount_minor()},
                             {"currency", std::string{money.currency().code()}}};
}

boost::json::value percent_value(std::int64_t basis_points) {
  return boost::json::object{{"basis_points", basis_points}};
}

boost::json::value country_value(const std::string& code) {
  return boost::json::object{{"country", code}};
}

boost::json::value date_value(Time time) { return time_value("day", time); }

boost::json::value moment_value(Time time) { return time_value("moment", time); }

TemplateSet::TemplateSet(std::span<const EmbeddedFile> files,
                         const std::map<std::string, std::string>& own, Shop shop)
    : shop_(std::move(shop)) {
  for (const auto& file : files) files_.emplace(file.name, read(std::string{file.text}, false));
  for (const auto& [name, file] : files_) {
    if (kind_of(name) == "words" && !read_words(file.text)) {
      throw std::logic_error{fmt::format("{} has a line that is no word", name)};
    }
    if (!name.ends_with(".txt") || !is_mail(kind_of(name))) continue;
    if (!file.text.starts_with(kSubject) || !files_.contains("layout.html") ||
        find(kind_of(name), locale_of(name), "html") == nullptr) {
      throw std::logic_error{fmt::format("the template {} is not whole", name)};
    }
  }
  for (const auto& [name, text] : own) {
    check_own(name, text);
    files_.insert_or_assign(name, read(text, true));
  }
}

TemplateSet::~TemplateSet() = default;

TemplateSet::File TemplateSet::read(std::string text, bool own) {
  auto compiled = std::make_shared<CompiledTemplate>(text);
  return {std::move(text), own, std::move(compiled)};
}

/// Made once: ICU reads its tables for each.
TemplateSet::Language& TemplateSet::language(std::string_view locale) const {
  const auto known = languages_.find(locale);
  if (known != languages_.end()) return *known->second;
  if (languages_.size() >= kLanguagesKept) languages_.clear();
  std::unique_ptr<Language> made{new Language{LocaleFormat{locale}, words(locale)}};
  return *languages_.emplace(locale, std::move(made)).first->second;
}

void TemplateSet::check_own(const std::string& name, const std::string& text) const {
  const auto refuse = [&](std::string_view why) {
    throw Error{Kind::validation, "invalid_template",
                fmt::format("The template {} cannot be used: {}", name, why)};
  };
  const auto kind = kind_of(name);
  const auto locale = locale_of(name);
  const auto ending = name.substr(std::min(name.rfind('.'), name.size()));
  if (!files_.contains(fmt::format("{}{}", kind, ending))) refuse("no mail has this name");
  if (!locale.empty() && !is_locale(locale)) refuse("its name has no language in its midst");
  if (kind == "words") {
    const auto ours = words({});
    const auto own = read_words(text);
    if (!own) refuse("its lines have to be \"name: text\"");
    for (const auto& [word, said] : *own) {
      if (!ours.contains(word)) refuse(fmt::format("no mail says \"{}\"", word));
    }
    return;
  }
  if (ending == ".txt" && is_mail(kind) && !text.starts_with(kSubject)) {
    refuse("its first line has to be \"Subject: …\"");
  }
  const mustache::mustache compiled{text};
  if (!compiled.is_valid()) refuse(compiled.error_message());
}

const TemplateSet::File* TemplateSet::find(std::string_view name, std::string_view locale,
                                           std::string_view ending) const {
  for (const auto tag : nearest_first(locale)) {
    const auto found =
        files_.find(fmt::format("{}{}{}.{}", name, tag.empty() ? "" : ".", tag, ending));
    if (found != files_.end()) return &found->second;
  }
  return nullptr;
}

bool TemplateSet::is_mail(std::string_view kind) {
  return std::ranges::find(kParts, kind) == kParts.end();
}

/// Each word as near to the language as there is one.
Words TemplateSet::words(std::string_view locale) const {
  Words all;
  for (const auto tag : nearest_first(locale)) {
    const auto found = files_.find(fmt::format("words{}{}.txt", tag.empty() ? "" : ".", tag));
    if (found != files_.end()) all.merge(*read_words(found->second.text));
  }
  return all;
}

Rendered TemplateSet::render(std::string_view kind, const boost::json::object& data,
                             std::string_view locale) const {
  if (locale.empty()) locale = shop_.locale;
  const auto* text = is_mail(kind) ? find(kind, locale, "txt") : nullptr;
  if (text == nullptr) throw not_found("template");
  auto& reader = language(locale);
  auto view = view_of(data, locale, shop_, reader.format, reader.words);
  Rendered rendered;
  rendered.text = text->compiled->fill(view);
  rendered.subject = take_line(rendered.text, kSubject);
  view.set("subject", rendered.subject);
  view.set("preview", take_line(rendered.text, kPreview));
  rendered.text.erase(0, rendered.text.find_first_not_of("\r\n"));
  rendered.text = without_gaps(rendered.text + find("footer", locale, "txt")->compiled->fill(view));
  view.set("content", find(kind, locale, "html")->compiled->fill(view));
  rendered.html = find("layout", locale, "html")->compiled->fill(view);
  return rendered;
}

std::string TemplateSet::unsubscribe_page(std::string_view kind, bool done,
                                          std::string_view locale) const {
  if (locale.empty()) locale = shop_.locale;
  auto& reader = language(locale);
  const auto what = reader.words.find(fmt::format("mails_{}", kind));
  auto view = view_of({{done ? "done" : "ask", true}}, locale, shop_, reader.format, reader.words);
  view.set("what", what == reader.words.end() ? std::string{} : what->second);
  return find("unsubscribe", locale, "html")->compiled->fill(view);
}

std::vector<TemplateInfo> TemplateSet::list() const {
  std::map<std::string, TemplateInfo, std::less<>> kinds;
  for (const auto& [name, file] : files_) {
    auto& info = kinds[std::string{kind_of(name)}];
    info.kind = kind_of(name);
    const std::string locale{locale_of(name)};
    if (!locale.empty() && std::ranges::find(info.locales, locale) == info.locales.end()) {
      info.locales.push_back(locale);
    }
    if (file.own) info.own_files.push_back(name);
  }
  std::vector<TemplateInfo> infos;
  for (auto& [kind, info] : kinds) infos.push_back(std::move(info));
  return infos;
}

}  // namespace souk::notification
