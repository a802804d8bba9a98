#include "internal/service/invoice_pdf.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <cairo-pdf.h>
#include <fmt/format.h>
#include <pango/pangocairo.h>

namespace souk::payment {
namespace {

using Points = double;  // not money: a length on paper

// A4 is 210 x 297 mm.
constexpr Points kWidth = 595.28;
constexpr Points kHeight = 841.89;
constexpr Points kMargin = 52;
constexpr Points kRight = kWidth - kMargin;
constexpr Points kBottom = kHeight - 76;  ///< below it the foot of the page
constexpr Points kGap = 5;                ///< above and below a row's text

/// The first that is there; fontconfig finds fonts for what it lacks.
constexpr char kFont[] = "Noto Sans, DejaVu Sans, sans-serif";

enum class Ink { black, grey, faint };

struct Style {
  Points size = 9.5;
  bool bold = false;
  Ink ink = Ink::black;
  bool right = false;
};

constexpr Style kPlain{};
constexpr Style kFigure{.right = true};
constexpr Style kSmall{.size = 8, .ink = Ink::grey};
constexpr Style kSmallRight{.size = 8, .ink = Ink::grey, .right = true};
constexpr Style kTitle{.size = 21, .bold = true};
constexpr Style kStrong{.size = 11, .bold = true, .right = true};

/// Where a column of the table begins, and how wide it is.
struct Column {
  Points x;
  Points width;
};
constexpr Column kName{kMargin, 262};
constexpr Column kQuantity{kMargin + 270, 50};
constexpr Column kPrice{kMargin + 326, 78};
constexpr Column kAmount{kMargin + 410, kRight - kMargin - 410};
constexpr Column kLabel{kMargin + 130, 274};

struct SurfaceEnd {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct CairoEnd {
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};
struct LayoutEnd {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
};
struct FontEnd {
  void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};

cairo_status_t append(void* to, const unsigned char* data, unsigned size) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

/// Pages of text and lines, into a PDF. Owned by its user, on its thread.
class Sheet {
 public:
  Sheet(std::string& into, const InvoiceView& view, Time issued_at)
      : surface_(cairo_pdf_surface_create_for_stream(append, &into, kWidth, kHeight)),
        cairo_(cairo_create(surface_.get())),
        layout_(pango_cairo_create_layout(cairo_.get())) {
    lay_out_for_paper();
    auto* surface = surface_.get();
    const auto title = fmt::format("{} {}", view.title, view.number);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, view.seller.name.c_str());
    cairo_pdf_surface_set_metadata(
        surface, CAIRO_PDF_METADATA_CREATE_DATE,
        to_rfc3339(std::chrono::floor<std::chrono::seconds>(issued_at)).c_str());
  }

  /// Draws text with its top at y; gives its height.
  Points text(const std::string& words, Points x, Points y, Points width, const Style& style) {
    set(words, width, style);
    ink(style.ink);
    cairo_move_to(cairo_.get(), x, y);
    pango_cairo_show_layout(cairo_.get(), layout_.get());
    return laid_out_height();
  }
  Points text(const std::string& words, const Column& column, Points y, const Style& style) {
    return text(words, column.x, y, column.width, style);
  }

  Points height(const std::string& words, Points width, const Style& style) {
    set(words, width, style);
    return laid_out_height();
  }

  void line(Points y, Points thickness, Ink with, Points from = kMargin) {
    ink(with);
    cairo_set_line_width(cairo_.get(), thickness);
    cairo_move_to(cairo_.get(), from, y);
    cairo_line_to(cairo_.get(), kRight, y);
    cairo_stroke(cairo_.get());
  }

  void end_page() { cairo_show_page(cairo_.get()); }

  void finish() {
    cairo_surface_finish(surface_.get());
    const auto status = cairo_surface_status(surface_.get());
    if (status != CAIRO_STATUS_SUCCESS)
      throw std::runtime_error{fmt::format("cairo: {}", cairo_status_to_string(status))};
  }

 private:
  /// Letters stand where the font says, not on the pixels of some screen.
  void lay_out_for_paper() {
    auto* context = pango_layout_get_context(layout_.get());
    auto* options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_context_changed(layout_.get());
  }

  void set(const std::string& words, Points width, const Style& style) {
    const std::unique_ptr<PangoFontDescription, FontEnd> font{
        pango_font_description_from_string(kFont)};
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    if (style.bold) pango_font_description_set_weight(font.get(), PANGO_WEIGHT_BOLD);
    auto* layout = layout_.get();
    pango_layout_set_font_description(layout, font.get());
    pango_layout_set_width(layout, static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, words.data(), static_cast<int>(words.size()));
    // Pango's left is where a paragraph begins; in a table it is the left of the page for all.
    const bool from_right = pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL;
    pango_layout_set_alignment(layout,
                               style.right != from_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  }

  Points laid_out_height() {
    int height = 0;
    pango_layout_get_size(layout_.get(), nullptr, &height);
    return static_cast<Points>(height) / PANGO_SCALE;
  }

  void ink(Ink with) {
    const Points shade = with == Ink::black ? 0.11 : with == Ink::grey ? 0.40 : 0.86;
    cairo_set_source_rgb(cairo_.get(), shade, shade, shade * 1.04);
  }

  std::unique_ptr<cairo_surface_t, SurfaceEnd> surface_;
  std::unique_ptr<cairo_t, CairoEnd> cairo_;
  std::unique_ptr<PangoLayout, LayoutEnd> layout_;
};

/// Puts a document on sheets, from the top to the bottom.
class Printer {
 public:
  /// `pages`: how many there will be; 0 where that is not known yet.
  Printer(Sheet& sheet, const InvoiceView& view, int pages)
      : sheet_(sheet), view_(view), pages_(pages) {}

  /// How many pages there are.
  int print() {
    letterhead();
    parties();
    table_head();
    for (const auto& row : view_.rows) this->row(row);
    sums();
    notes();
    end_page();
    return page_;
  }

 private:
  void letterhead() {
    sheet_.text(view_.title, kMargin, y_, 240, kTitle);
    Points y = y_ + sheet_.text(view_.seller.name, kMargin + 240, y_, kRight - kMargin - 240,
                                {.size = 12, .bold = true, .right = true});
    auto lines = view_.seller.address;
    lines.insert(lines.end(), view_.seller_facts.begin(), view_.seller_facts.end());
    for (const auto& line : lines)
      y += sheet_.text(line, kMargin + 240, y, kRight - kMargin - 240, kSmallRight);
    y_ = std::max(y, y_ + 34) + 8;
    sheet_.line(y_, 1.2, Ink::black);
    y_ += 24;
  }

  void parties() {
    Points left = y_ + sheet_.text("To", kMargin, y_, 250, kSmall);
    left += sheet_.text(view_.customer.name, kMargin, left, 250, {.size = 10.5, .bold = true});
    for (const auto& line : view_.customer.address)
      left += sheet_.text(line, kMargin, left, 250, kPlain);
    Points right = y_;
    for (const auto& [label, value] : view_.facts) {
      sheet_.text(label, kMargin + 280, right, 80, {.ink = Ink::grey});
      right += sheet_.text(value, kMargin + 360, right, kRight - kMargin - 360, kFigure) + 1;
    }
    y_ = std::max(left, right) + 30;
  }

  void table_head() {
    sheet_.text("Description", kName, y_, kSmall);
    sheet_.text("Quantity", kQuantity, y_, kSmallRight);
    sheet_.text("Price", kPrice, y_, kSmallRight);
    y_ += sheet_.text("Amount " + view_.currency, kAmount, y_, kSmallRight) + 4;
    sheet_.line(y_, 0.8, Ink::black);
  }

  void row(const InvoiceView::Row& row) {
    const Points name = sheet_.height(row.name, kName.width, kPlain);
    const Points sku = row.sku.empty() ? 0 : sheet_.height(row.sku, kName.width, kSmall);
    if (y_ + name + sku + 2 * kGap > kBottom) {
      next_page();
      table_head();
    }
    const Points top = y_ + kGap;
    sheet_.text(row.name, kName, top, kPlain);
    if (!row.sku.empty()) sheet_.text(row.sku, kName, top + name, kSmall);
    sheet_.text(row.quantity, kQuantity, top, kFigure);
    sheet_.text(row.unit_price, kPrice, top, kFigure);
    sheet_.text(row.total, kAmount, top, kFigure);
    y_ = top + name + sku + kGap;
    sheet_.line(y_, 0.5, Ink::faint);
  }

  /// Never apart, nor from the notes.
  void sums() {
    const auto lines = 20 * view_.sums.size() + 15 * view_.notes.size();
    if (y_ + 60 + static_cast<Points>(lines) > kBottom) next_page();
    y_ += 10;
    for (const auto& sum : view_.sums) {
      if (sum.strong) sheet_.line(y_ += 4, 0.8, Ink::black, kLabel.x + 60);
      const auto& style = sum.strong ? kStrong : kFigure;
      y_ += sum.strong ? 4 : 0;
      sheet_.text(sum.label, kLabel, y_, style);
      y_ += sheet_.text(sum.amount, kAmount, y_, style) + 3;
    }
  }

  void notes() {
    y_ += 28;
    for (const auto& note : view_.notes)
      y_ += sheet_.text(note, kMargin, y_, kRight - kMargin, {.size = 9, .ink = Ink::grey}) + 2;
  }

  void next_page() {
    end_page();
    ++page_;
    sheet_.text(fmt::format("{} {}", view_.title, view_.number), kMargin, y_ = kMargin, 300,
                {.bold = true});
    y_ += 26;
  }

  void end_page() {
    sheet_.line(kHeight - 58, 0.5, Ink::faint);
    auto foot = view_.seller.name;
    for (const auto& fact : view_.seller_facts) foot += "  \u00b7  " + fact;
    sheet_.text(foot, kMargin, kHeight - 52, 380, kSmall);
    sheet_.text(fmt::format("Page {} of {}", page_, pages_), kRight - 100, kHeight - 52, 100,
                kSmallRight);
    sheet_.end_page();
  }

  Sheet& sheet_;
  const InvoiceView& view_;
  int pages_;
  int page_ = 1;
  Points y_ = kMargin;
};

int print_onto(std::string& pdf, const InvoiceView& view, Time issued_at, int pages) {
  Sheet sheet{pdf, view, issued_at};
  const int printed = Printer{sheet, view, pages}.print();
  sheet.finish();
  return printed;
}

}  // namespace

std::string invoice_pdf(const InvoiceView& view, Time issued_at) {
  // Twice: how many pages there are is known at the end only.
  std::string draft, pdf;
  const int pages = print_onto(draft, view, issued_at, 0);
  print_onto(pdf, view, issued_at, pages);
  return pdf;
}

}  // namespace souk::payment
