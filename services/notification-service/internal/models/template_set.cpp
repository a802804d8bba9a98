#include "internal/models/template_set.hpp"

#include <stdexcept>

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "core/error.hpp"

namespace souk::notification {
namespace {

namespace mustache = kainjow::mustache;

mustache::data to_data(const boost::json::object& object) {
  mustache::data data;
  for (const auto& [key, value] : object) {
    if (value.is_string()) {
      data.set(std::string{key}, std::string{value.get_string()});
    } else if (value.is_array()) {
      mustache::data list{mustache::data::type::list};
      for (const auto& item : value.get_array()) list.push_back(to_data(item.as_object()));
      data.set(std::string{key}, list);
    }
  }
  return data;
}

std::string fill(const std::string& text, const mustache::data& data) {
  mustache::mustache compiled{text};
  if (!compiled.is_valid()) throw std::logic_error{compiled.error_message()};
  return compiled.render(data);
}

}  // namespace

TemplateSet::TemplateSet(std::span<const EmbeddedFile> files) {
  for (const auto& file : files) {
    files_.emplace(file.name, file.text);
    fill(files_.find(file.name)->second, mustache::data{});
  }
  for (const auto& [name, text] : files_) {
    if (!name.ends_with(".txt")) continue;
    const auto kind = name.substr(0, name.size() - 4);
    if (!text.starts_with("Subject: ") || !files_.contains(kind + ".html") ||
        !files_.contains("layout.html")) {
      throw std::logic_error{fmt::format("the template {} is not whole", kind)};
    }
  }
}

Rendered TemplateSet::render(const std::string& kind, const boost::json::object& data) const {
  const auto found = files_.find(kind + ".txt");
  if (found == files_.end()) {
    throw Error{Kind::internal, "unknown_template", fmt::format("There is no template {}.", kind)};
  }
  auto view = to_data(data);
  Rendered rendered;
  const auto filled = fill(found->second, view);
  const auto end = filled.find('\n');
  rendered.subject = filled.substr(9, end - 9);  // after "Subject: "
  rendered.text = filled.substr(filled.find_first_not_of("\r\n", end));
  view.set("subject", rendered.subject);
  view.set("content", fill(files_.find(kind + ".html")->second, view));
  rendered.html = fill(files_.find("layout.html")->second, view);
  return rendered;
}

}  // namespace souk::notification
