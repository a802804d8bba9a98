#pragma once

#include <initializer_list>
#include <string>

#include "apps/souk/online_retail/dataset.hpp"
#include "apps/souk/online_retail/tests/support.hpp"

namespace souk::app::testing {

/// What a file of these lines holds.
inline online_retail::Dataset dataset_of(std::initializer_list<std::string_view> lines) {
  std::string content;
  for (const auto line : lines) content.append(line).append("\n");
  const online_retail::testing::ScratchFolder folder;
  auto dataset = online_retail::load(folder.plain(online_retail::testing::with_header(content)));
  dataset.report.file = "history.csv";
  return dataset;
}

}  // namespace souk::app::testing
