#include <fmt/format.h>

#include "core/error.hpp"
#include "support/pictures.hpp"
#include "tests/product_fixture.hpp"

namespace souk::product {
namespace {

using testing::look_at;
using testing::picture;

class ImagesTest : public ProductTest {
 protected:
  void SetUp() override {
    ProductTest::SetUp();
    lamp_ = create(product("Brass Lamp", "LAMP-1")).id();
  }

  static v1::UploadImageRequest upload_of(const std::string& id, std::string bytes,
                                          const std::string& alt,
                                          const std::string& type = "image/jpeg") {
    v1::UploadImageRequest request;
    request.set_id(id);
    request.set_body(std::move(bytes));
    request.set_alt(alt);
    (*request.mutable_headers())["content-type"] = type;
    return request;
  }
  v1::Image upload(const std::string& id, std::string bytes, const std::string& alt) {
    return call<v1::Image>("UploadImage", upload_of(id, std::move(bytes), alt), admin());
  }
  common::v1::File file(const std::string& url, Identity identity = visitor()) {
    v1::GetImageFileRequest request;
    const auto name = url.rfind('/');
    request.set_file(url.substr(name + 1));
    request.set_image_id(url.substr(name - 64, 64));
    return call<common::v1::File>("GetImageFile", request, std::move(identity));
  }
  v1::Product order(const std::vector<std::string>& ids) {
    v1::OrderImagesRequest request;
    request.set_id(lamp_);
    for (const auto& id : ids) request.add_image_ids(id);
    return call<v1::Product>("OrderImages", request, admin());
  }
  void remove(const std::string& product, const std::string& image) {
    v1::RemoveImageRequest request;
    request.set_id(product);
    request.set_image_id(image);
    call<common::v1::Nothing>("RemoveImage", request, admin());
  }
  static std::vector<std::string> alts(const v1::Product& product) {
    std::vector<std::string> list;
    for (const auto& image : product.images()) list.push_back(image.alt());
    return list;
  }
  static std::int64_t stored_images() {
    return superuser()
        .run("SELECT (SELECT count(*) FROM images) + (SELECT count(*) FROM image_files) AS n")
        .front()
        .get<std::int64_t>("n");
  }

  std::string lamp_;
};

TEST_F(ImagesTest, AnUploadIsServedInEverySize) {
  const auto image = upload(lamp_, picture({.width = 1000, .height = 500}), "a lamp");
  EXPECT_EQ(image.alt(), "a lamp");
  EXPECT_EQ(image.width(), 1000);
  EXPECT_EQ(image.height(), 500);
  ASSERT_EQ(image.sizes_size(), 4);
  const auto read = get(lamp_);
  ASSERT_EQ(read.images_size(), 1);
  EXPECT_EQ(read.images(0).SerializeAsString(), image.SerializeAsString());
  EXPECT_EQ(published().back(), lamp_);
  for (const auto& size : image.sizes()) {
    const auto served = file(size.url());
    EXPECT_EQ(served.content_type(), "image/webp");
    EXPECT_EQ(look_at(served.content()).width, size.width());
  }
  const auto jpeg = file(image.url());
  EXPECT_EQ(jpeg.content_type(), "image/jpeg");
  EXPECT_EQ(look_at(jpeg.content()).width, 960);
}

TEST_F(ImagesTest, FilesThatAreNotThereAreNotFound) {
  const auto image = upload(lamp_, picture(), "a lamp");
  for (const std::string name : {"321.webp", "640.png", "640", "../640.webp", "%"}) {
    const auto url = fmt::format("/api/v1/images/{}/{}", image.id(), name);
    v1::GetImageFileRequest request;
    request.set_image_id(image.id());
    request.set_file(name);
    EXPECT_EQ(error_of([&] { call<common::v1::File>("GetImageFile", request, visitor()); }).kind,
              Kind::not_found)
        << url;
  }
  EXPECT_EQ(error_of([&] { file(image.url(), visitor(other_tenant())); }).kind, Kind::not_found);
}

TEST_F(ImagesTest, TheSameUploadAgainChangesItsAltTextAlone) {
  const auto bytes = picture();
  const auto first = upload(lamp_, bytes, "a lamp");
  const auto stored = stored_images();
  const auto second = upload("brass-lamp", bytes, "a lamp of brass");
  EXPECT_EQ(second.id(), first.id());
  EXPECT_EQ(alts(get(lamp_)), std::vector<std::string>{"a lamp of brass"});
  EXPECT_EQ(stored_images(), stored);
}

TEST_F(ImagesTest, PicturesThatLieElsewhereAreOnesLikeOthers) {
  v1::UpdateProductRequest change;
  change.set_id(lamp_);
  auto& drawn = *change.add_images();
  drawn.set_url("/demo/brass-lamp.svg");
  drawn.set_alt("drawn");
  call<v1::Product>("UpdateProduct", change, admin());
  upload(lamp_, picture({.width = 300}), "front");
  upload(lamp_, picture({.width = 301}), "back");

  auto read = get(lamp_);
  EXPECT_EQ(alts(read), (std::vector<std::string>{"drawn", "front", "back"}));
  EXPECT_EQ(read.images(0).sizes_size(), 0);
  EXPECT_EQ(read.images(0).url(), "/demo/brass-lamp.svg");
  read = order({read.images(2).id(), read.images(0).id(), read.images(1).id()});
  EXPECT_EQ(alts(read), (std::vector<std::string>{"back", "drawn", "front"}));
  EXPECT_EQ(alts(get(lamp_)), alts(read));

  v1::DescribeImageRequest describe;
  describe.set_id(lamp_);
  describe.set_image_id(read.images(1).id());
  describe.set_alt("a drawing");
  EXPECT_EQ(call<v1::Image>("DescribeImage", describe, admin()).alt(), "a drawing");
  remove(lamp_, read.images(0).id());
  EXPECT_EQ(alts(get(lamp_)), (std::vector<std::string>{"a drawing", "front"}));
}

TEST_F(ImagesTest, AnOrderNamesEachPictureOnce) {
  const auto front = upload(lamp_, picture({.width = 300}), "front").id();
  const auto back = upload(lamp_, picture({.width = 301}), "back").id();
  for (const auto& ids : std::vector<std::vector<std::string>>{
           {front}, {front, front}, {front, back, back}, {front, "unknown"}, {back, front, ""}}) {
    const auto error = error_of([&] { order(ids); });
    EXPECT_EQ(error.kind, Kind::validation);
    EXPECT_EQ(error.fields.at(0).code, "not_the_images");
  }
  EXPECT_EQ(alts(get(lamp_)), (std::vector<std::string>{"front", "back"}));
}

TEST_F(ImagesTest, WhatNoProductShowsIsDeleted) {
  const auto chair = create(product("Chair", "CHAIR-1")).id();
  const auto bytes = picture();
  const auto image = upload(lamp_, bytes, "a lamp");
  upload(chair, bytes, "behind the chair");
  remove(lamp_, image.id());
  EXPECT_EQ(file(image.url()).content_type(), "image/jpeg") << "the chair still shows it";
  remove(chair, image.id());
  EXPECT_EQ(error_of([&] { file(image.url()); }).kind, Kind::not_found);
  EXPECT_EQ(stored_images(), 0);
  EXPECT_EQ(error_of([&] { remove(chair, image.id()); }).kind, Kind::not_found);
  EXPECT_EQ(upload(chair, bytes, "again").id(), image.id()) << "and it can come back";
}

TEST_F(ImagesTest, AnUpdateTakesUploadedPicturesByTheirUrl) {
  const auto front = upload(lamp_, picture({.width = 300}), "front");
  const auto back = upload(lamp_, picture({.width = 301}), "back");
  const auto chair = create(product("Chair", "CHAIR-1"));
  v1::UpdateProductRequest change;
  change.set_id(chair.id());
  *change.add_images() = back;
  EXPECT_EQ(call<v1::Product>("UpdateProduct", change, admin()).images(0).sizes_size(), 1);
  change.set_id(lamp_);
  *change.mutable_images(0) = front;
  const auto kept = call<v1::Product>("UpdateProduct", change, admin());
  ASSERT_EQ(kept.images_size(), 1);
  EXPECT_EQ(kept.images(0).sizes_size(), 1);
  EXPECT_EQ(file(back.url()).content_type(), "image/jpeg") << "the chair shows it by now";

  change.mutable_images(0)->set_url("/api/v1/images/" + std::string(64, 'a') + "/300.jpg");
  const auto error = error_of([&] { call<v1::Product>("UpdateProduct", change, admin()); });
  EXPECT_EQ(error.fields.at(0).code, "unknown_image");
}

TEST_F(ImagesTest, AProductHasTwentyPictures) {
  for (int i = 0; i < 20; ++i) upload(lamp_, picture({.width = 20 + i, .height = 10}), "");
  const auto error = error_of([&] { upload(lamp_, picture({.width = 50, .height = 10}), ""); });
  EXPECT_EQ(error.kind, Kind::conflict);
  EXPECT_EQ(error.code, "too_many_images");
}

TEST_F(ImagesTest, ARefusedUploadChangesNothing) {
  const auto before = get(lamp_).SerializeAsString();
  const auto refused = [&](const v1::UploadImageRequest& request) {
    return error_of([&] { call<v1::Image>("UploadImage", request, admin()); }).kind;
  };
  EXPECT_EQ(refused(upload_of(lamp_, picture(), "", "image/png")), Kind::unsupported_media);
  EXPECT_EQ(refused(upload_of(lamp_, picture().substr(0, 900), "")), Kind::validation);
  EXPECT_EQ(refused(upload_of(lamp_, testing::png_of_size(60'000, 60'000), "", "image/png")),
            Kind::too_large);
  EXPECT_EQ(refused(upload_of("no-such", picture(), "")), Kind::not_found);
  EXPECT_EQ(get(lamp_).SerializeAsString(), before);
  EXPECT_EQ(stored_images(), 0);
  EXPECT_EQ(error_of([&] {
              call<v1::Image>("UploadImage", upload_of(lamp_, picture(), ""), staff());
            }).kind,
            Kind::forbidden);
}

// Both find it missing, both resize it; it is stored once.
TEST_F(ImagesTest, UploadsOfOnePictureAtATimeAreOne) {
  const auto chair = create(product("Chair", "CHAIR-1")).id();
  const auto bytes = picture();
  std::vector<Task<v1::Image>> tasks;
  tasks.push_back(call_task<v1::Image>("UploadImage", upload_of(lamp_, bytes, "a"), admin()));
  tasks.push_back(call_task<v1::Image>("UploadImage", upload_of(chair, bytes, "b"), admin()));
  const auto images = souk::testing::run_all(loop_, std::move(tasks));
  EXPECT_EQ(images.at(0).id(), images.at(1).id());
  EXPECT_EQ(get(lamp_).images(0).url(), get(chair).images(0).url());
}

}  // namespace
}  // namespace souk::product
