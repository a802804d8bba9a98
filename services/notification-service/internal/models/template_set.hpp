#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "core/clock.hpp"
#include "core/embedded.hpp"
#include "core/money.hpp"

namespace souk::notification {

class CompiledTemplate;

struct Rendered {
  std::string subject;
  std::string text;
  std::string html;
};

/// What every mail may say of the shop.
struct Shop {
  std::string name = "Souk";
  std::string url = "http://localhost:8080";
  std::string locale = "en";             ///< of who names none
  std::vector<std::string> seller = {};  ///< who sells, as the law wants it under business letters
};

/// What is said where the files are one for all languages, by name.
using Words = std::map<std::string, std::string, std::less<>>;

struct TemplateInfo {
  std::string kind;
  std::vector<std::string> locales;    ///< beside the one without a name
  std::vector<std::string> own_files;  ///< those that the shop has replaced or added
};

/// The message templates (mustache): `kind.txt` begins with a "Subject: …" line, perhaps followed by a
/// "Preview: …" line (what a list of mails shows beside the subject); `kind.html` is put into
/// layout.html. `kind.de.txt` and so on are for readers of that language, who get the nearest there is:
/// de-AT, de, the one without a name. words.txt has "name: text" lines, each a {{words.name}} for what is
/// one file in all languages; words.de.txt those that German says otherwise. Values are escaped in HTML.
/// Immutable, but used by one thread at a time.
class TemplateSet {
 public:
  /// `own`: the shop's files by name, in place of ours. Throws std::logic_error for a set of ours that is
  /// not whole, Error{validation, "invalid_template"} for a file of the shop that is wrong.
  explicit TemplateSet(std::span<const EmbeddedFile> files,
                       const std::map<std::string, std::string>& own = {}, Shop shop = {});
  ~TemplateSet();

  /// `data`: strings, amounts and times (below), arrays of such objects for sections. An empty locale
  /// is the shop's. Throws Error{not_found} for a kind that there is not.
  Rendered render(std::string_view kind, const boost::json::object& data,
                  std::string_view locale = {}) const;

  /// The page behind an unsubscribe link: whether to do it, or that it is done.
  std::string unsubscribe_page(std::string_view kind, bool done, std::string_view locale) const;

  /// The kinds of mails, and the parts that they share.
  std::vector<TemplateInfo> list() const;
  /// Not of a part (the layout, the words).
  static bool is_mail(std::string_view kind);
  const Shop& shop() const { return shop_; }

 private:
  struct File {
    std::string text;
    bool own = false;
    std::shared_ptr<CompiledTemplate> compiled;
  };
  struct Language;  ///< how the readers of one write, and what they read

  static File read(std::string text, bool own);
  const File* find(std::string_view name, std::string_view locale, std::string_view ending) const;
  Words words(std::string_view locale) const;
  Language& language(std::string_view locale) const;
  void check_own(const std::string& name, const std::string& text) const;

  Shop shop_;
  std::map<std::string, File, std::less<>> files_;
  mutable std::map<std::string, std::unique_ptr<Language>, std::less<>> languages_;
};

/// A text that is no mail, filled in with such data. Throws std::logic_error where it does not parse.
std::string fill_text(const std::string& text, const boost::json::object& data,
                      std::string_view locale);

/// Values of a template's data that each reader sees in the own way.
boost::json::value amount_value(const Money& money);
boost::json::value percent_value(std::int64_t basis_points);
boost::json::value country_value(const std::string& code);
boost::json::value date_value(Time time);
boost::json::value moment_value(Time time);

}  // namespace souk::notification
