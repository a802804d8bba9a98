#include "demo_catalogue.hpp"

namespace souk::app {
namespace {

constexpr DemoCategory kCategories[] = {
    {"home", "Home", ""},
    {"lighting", "Lighting", "home"},
    {"kitchen", "Kitchen", "home"},
    {"textiles", "Textiles", "home"},
    {"clothing", "Clothing", ""},
    {"bags", "Bags", ""},
    {"stationery", "Stationery", ""},
    {"garden", "Garden", ""},
};

constexpr DemoVariant kBrassDeskLamp[] = {
    {"LAMP-BRASS", "", "", 8900, 40},
};
constexpr DemoVariant kPaperFloorLamp[] = {
    {"LAMP-PAPER", "", "", 12900, 18},
};
constexpr DemoVariant kGlassLantern[] = {
    {"LANTERN-S", "Small", "size=S", 2400, 60},
    {"LANTERN-L", "Large", "size=L", 3900, 35},
};
constexpr DemoVariant kBeeswaxCandles[] = {
    {"CANDLE-6", "Box of six", "", 1800, 200},
};
constexpr DemoVariant kMintTeaSet[] = {
    {"TEASET-GREEN", "Green", "colour=green", 5400, 25},
    {"TEASET-BLUE", "Blue", "colour=blue", 5400, 25},
};
constexpr DemoVariant kOliveWoodBoard[] = {
    {"BOARD-OLIVE", "", "", 3200, 80},
};
constexpr DemoVariant kCopperCoffeePot[] = {
    {"COFFEE-COPPER", "", "", 4600, 45},
};
constexpr DemoVariant kSpiceBox[] = {
    {"SPICEBOX-9", "", "", 3800, 70},
};
constexpr DemoVariant kStonewareBowl[] = {
    {"BOWL-SAND", "Sand", "colour=sand", 1900, 120},
    {"BOWL-INK", "Ink", "colour=ink", 1900, 120},
};
constexpr DemoVariant kLinenTablecloth[] = {
    {"CLOTH-WHITE", "White", "colour=white", 6900, 30},
    {"CLOTH-CLAY", "Clay", "colour=clay", 6900, 30},
};
constexpr DemoVariant kWoolKilim[] = {
    {"KILIM-120", "120 x 180 cm", "size=120x180", 21900, 12},
    {"KILIM-160", "160 x 230 cm", "size=160x230", 34900, 6},
};
constexpr DemoVariant kCottonThrow[] = {
    {"THROW-OCHRE", "", "", 4900, 55},
};
constexpr DemoVariant kCushionCover[] = {
    {"CUSHION-RED", "Red", "colour=red", 2200, 90},
    {"CUSHION-TEAL", "Teal", "colour=teal", 2200, 90},
};
constexpr DemoVariant kClassicTShirt[] = {
    {"TSHIRT-S", "S", "size=S", 1999, 150},
    {"TSHIRT-M", "M", "size=M", 1999, 200},
    {"TSHIRT-L", "L", "size=L", 1999, 150},
    {"TSHIRT-XL", "XL", "size=XL", 1999, 90},
};
constexpr DemoVariant kLinenShirt[] = {
    {"SHIRT-M", "M", "size=M", 5900, 40},
    {"SHIRT-L", "L", "size=L", 5900, 40},
};
constexpr DemoVariant kWoolScarf[] = {
    {"SCARF-GREY", "Grey", "colour=grey", 3900, 75},
    {"SCARF-RUST", "Rust", "colour=rust", 3900, 75},
};
constexpr DemoVariant kLeatherSlippers[] = {
    {"SLIPPER-38", "38", "size=38", 4200, 20},
    {"SLIPPER-40", "40", "size=40", 4200, 20},
    {"SLIPPER-42", "42", "size=42", 4200, 20},
};
constexpr DemoVariant kMarketBasket[] = {
    {"BASKET-PALM", "", "", 2900, 65},
};
constexpr DemoVariant kCanvasTote[] = {
    {"TOTE-NATURAL", "Natural", "colour=natural", 1500, 300},
    {"TOTE-BLACK", "Black", "colour=black", 1500, 300},
};
constexpr DemoVariant kLeatherSatchel[] = {
    {"SATCHEL-TAN", "", "", 14900, 15},
};
constexpr DemoVariant kSketchbook[] = {
    {"SKETCH-A5", "A5", "size=A5", 1400, 180},
    {"SKETCH-A4", "A4", "size=A4", 1900, 140},
};
constexpr DemoVariant kBrassPen[] = {
    {"PEN-BRASS", "", "", 3400, 85},
};
constexpr DemoVariant kWaxSealKit[] = {
    {"SEAL-KIT", "", "", 2600, 50},
};
constexpr DemoVariant kTerracottaPlanter[] = {
    {"PLANTER-20", "20 cm", "size=20", 1700, 110},
    {"PLANTER-30", "30 cm", "size=30", 2900, 60},
};
constexpr DemoVariant kWateringCan[] = {
    {"CAN-ZINC", "", "", 3700, 45},
};
constexpr DemoVariant kHerbSeeds[] = {
    {"SEEDS-HERB", "Five bags", "", 900, 400},
};

constexpr DemoProduct kProducts[] = {
    {"Brass Desk Lamp", "A weighted brass lamp with a linen shade and a dimmer in the cord.",
     "lighting", kBrassDeskLamp},
    {"Paper Floor Lamp", "Hand-folded paper over a birch frame; warm light for a reading corner.",
     "lighting", kPaperFloorLamp},
    {"Glass Lantern", "A candle lantern with a brass handle, for the table or the terrace.",
     "lighting", kGlassLantern},
    {"Beeswax Candles", "Six dipped candles of pure beeswax; they burn for eight hours each.",
     "lighting", kBeeswaxCandles},
    {"Mint Tea Set", "A hammered steel pot and six painted glasses.", "kitchen", kMintTeaSet},
    {"Olive Wood Board", "A serving board cut from one piece of olive wood, oiled by hand.",
     "kitchen", kOliveWoodBoard},
    {"Copper Coffee Pot", "A small long-handled pot for coffee the slow way.", "kitchen",
     kCopperCoffeePot},
    {"Spice Box", "Nine tins in a walnut box: cumin, sumac, saffron and friends.", "kitchen",
     kSpiceBox},
    {"Stoneware Bowl", "Glazed inside, raw outside; for soup, salad or fruit.", "kitchen",
     kStonewareBowl},
    {"Linen Tablecloth", "Washed linen with a mitred hem, two metres fifty long.", "textiles",
     kLinenTablecloth},
    {"Wool Kilim", "A flat-woven rug from undyed wool.", "textiles", kWoolKilim},
    {"Cotton Throw", "A light blanket in a waffle weave.", "textiles", kCottonThrow},
    {"Cushion Cover", "Embroidered cotton, 45 by 45 centimetres, with a hidden zip.", "textiles",
     kCushionCover},
    {"Classic T-Shirt", "Heavy organic cotton, cut straight.", "clothing", kClassicTShirt},
    {"Linen Shirt", "A loose shirt with a band collar.", "clothing", kLinenShirt},
    {"Wool Scarf", "Two metres of soft merino in a herringbone weave.", "clothing", kWoolScarf},
    {"Leather Slippers", "Pointed slippers of vegetable-tanned leather.", "clothing",
     kLeatherSlippers},
    {"Market Basket", "Woven from palm leaf, with leather handles.", "bags", kMarketBasket},
    {"Canvas Tote", "Stands by itself, carries twelve kilograms.", "bags", kCanvasTote},
    {"Leather Satchel", "A school satchel for grown-ups; fits a laptop of 14 inches.", "bags",
     kLeatherSatchel},
    {"Sketchbook", "Ninety-six pages of heavy paper that lies flat.", "stationery", kSketchbook},
    {"Brass Pen", "A ballpoint turned from one rod of brass.", "stationery", kBrassPen},
    {"Wax Seal Kit", "A stamp, two sticks of wax and a spoon.", "stationery", kWaxSealKit},
    {"Terracotta Planter", "Unglazed, with a saucer; good to roots.", "garden", kTerracottaPlanter},
    {"Watering Can", "Zinc, five litres, with a brass rose.", "garden", kWateringCan},
    {"Herb Seeds", "Mint, coriander, dill, basil and parsley in paper bags.", "garden", kHerbSeeds},
};

}  // namespace

std::span<const DemoCategory> demo_categories() { return kCategories; }
std::span<const DemoProduct> demo_products() { return kProducts; }

}  // namespace souk::app
