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
constexpr DemoVariant kTableLamp[] = {
    {"LAMP-CERAMIC-SAND", "Sand", "colour=sand", 11900, 22},
    {"LAMP-CERAMIC-GREEN", "Moss", "colour=moss", 11900, 4},
};
constexpr DemoVariant kRattanPendant[] = {
    {"PENDANT-40", "40 cm", "size=40", 9800, 26},
    {"PENDANT-60", "60 cm", "size=60", 14500, 9},
};
constexpr DemoVariant kFestoonLights[] = {
    {"FESTOON-10", "", "", 4400, 75},
};
constexpr DemoVariant kEnamelMug[] = {
    {"MUG-WHITE", "White", "colour=white", 1400, 160},
    {"MUG-BLUE", "Blue", "colour=blue", 1400, 140},
    {"MUG-RED", "Red", "colour=red", 1400, 3},
};
constexpr DemoVariant kCastIronPan[] = {
    {"PAN-26", "", "", 5900, 38},
};
constexpr DemoVariant kChefsKnife[] = {
    {"KNIFE-20", "", "", 8900, 24},
};
constexpr DemoVariant kPepperMill[] = {
    {"MILL-NATURAL", "Natural", "colour=natural", 3600, 50},
    {"MILL-BLACK", "Black", "colour=black", 3600, 44},
};
constexpr DemoVariant kLinenApron[] = {
    {"APRON-INDIGO", "Indigo", "colour=indigo", 4200, 40},
    {"APRON-OAT", "Oat", "colour=oat", 4200, 33},
};
constexpr DemoVariant kDinnerPlate[] = {
    {"PLATE-SEA", "Sea", "colour=sea", 2200, 130},
    {"PLATE-SAND", "Sand", "colour=sand", 2200, 118},
};
constexpr DemoVariant kGlassCarafe[] = {
    {"CARAFE-1", "", "", 2800, 52},
};
constexpr DemoVariant kBathTowel[] = {
    {"TOWEL-CLAY", "Clay", "colour=clay", 3400, 60},
    {"TOWEL-SAGE", "Sage", "colour=sage", 3400, 58},
};
constexpr DemoVariant kQuilt[] = {
    {"QUILT-DOUBLE", "Double", "size=double", 15900, 11},
    {"QUILT-KING", "King", "size=king", 18900, 0},
};
constexpr DemoVariant kJuteDoormat[] = {
    {"MAT-60", "", "", 2700, 70},
};
constexpr DemoVariant kMerinoSweater[] = {
    {"SWEATER-S", "S", "size=S", 11900, 14},
    {"SWEATER-M", "M", "size=M", 11900, 20},
    {"SWEATER-L", "L", "size=L", 11900, 2},
};
constexpr DemoVariant kChoreJacket[] = {
    {"JACKET-M", "M", "size=M", 13900, 18},
    {"JACKET-L", "L", "size=L", 13900, 16},
};
constexpr DemoVariant kRibbedSocks[] = {
    {"SOCKS-36", "36-40", "size=36-40", 1900, 120},
    {"SOCKS-41", "41-45", "size=41-45", 1900, 110},
};
constexpr DemoVariant kStrawHat[] = {
    {"HAT-M", "M", "size=M", 4400, 30},
    {"HAT-L", "L", "size=L", 4400, 0},
};
constexpr DemoVariant kSneakers[] = {
    {"SNEAKER-39", "39", "size=39", 7900, 12},
    {"SNEAKER-41", "41", "size=41", 7900, 15},
    {"SNEAKER-43", "43", "size=43", 7900, 9},
};
constexpr DemoVariant kHoldall[] = {
    {"HOLDALL-OLIVE", "Olive", "colour=olive", 16900, 10},
    {"HOLDALL-NAVY", "Navy", "colour=navy", 16900, 13},
};
constexpr DemoVariant kBackpack[] = {
    {"PACK-MUSTARD", "Mustard", "colour=mustard", 9800, 21},
    {"PACK-SLATE", "Slate", "colour=slate", 9800, 27},
};
constexpr DemoVariant kBeltBag[] = {
    {"BELTBAG-BLACK", "", "", 3900, 48},
};
constexpr DemoVariant kCardWallet[] = {
    {"WALLET-TAN", "Tan", "colour=tan", 4500, 66},
    {"WALLET-NAVY", "Navy", "colour=navy", 4500, 61},
};
constexpr DemoVariant kFountainPen[] = {
    {"FOUNTAIN-F", "Fine", "nib=F", 4900, 35},
    {"FOUNTAIN-M", "Medium", "nib=M", 4900, 37},
};
constexpr DemoVariant kPencilSet[] = {
    {"PENCILS-12", "", "", 1600, 140},
};
constexpr DemoVariant kLinenNotebook[] = {
    {"NOTEBOOK-RUST", "Rust", "colour=rust", 1800, 95},
    {"NOTEBOOK-INK", "Ink", "colour=ink", 1800, 90},
};
constexpr DemoVariant kLetterSet[] = {
    {"LETTERS-20", "", "", 2200, 58},
};
constexpr DemoVariant kShears[] = {
    {"SHEARS-21", "", "", 4800, 42},
};
constexpr DemoVariant kTrowel[] = {
    {"TROWEL-1", "", "", 2100, 77},
};
constexpr DemoVariant kBirdFeeder[] = {
    {"FEEDER-1", "", "", 3900, 29},
};
constexpr DemoVariant kGardenGloves[] = {
    {"GLOVES-M", "M", "size=M", 2400, 55},
    {"GLOVES-L", "L", "size=L", 2400, 5},
};
constexpr DemoVariant kOliveTree[] = {
    {"OLIVE-80", "", "", 6900, 8},
};
constexpr DemoVariant kWallClock[] = {
    {"CLOCK-30", "", "", 6400, 32},
};
constexpr DemoVariant kRoundMirror[] = {
    {"MIRROR-50", "50 cm", "size=50", 11900, 14},
    {"MIRROR-80", "80 cm", "size=80", 19900, 3},
};
constexpr DemoVariant kVase[] = {
    {"VASE-SAND", "Sand", "colour=sand", 3800, 47},
    {"VASE-RUST", "Rust", "colour=rust", 3800, 39},
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
    {"Ceramic Table Lamp",
     "A thrown stoneware foot under a pleated cotton shade. Takes an E27 bulb.", "lighting",
     kTableLamp},
    {"Rattan Pendant",
     "Woven by hand over a steel frame; throws a lattice of light on the ceiling.", "lighting",
     kRattanPendant},
    {"Festoon Lights", "Ten metres with twenty warm bulbs, safe in the rain.", "lighting",
     kFestoonLights},
    {"Enamel Mug", "Steel, enamelled twice, with a rim that chips last of all. Holds 350 ml.",
     "kitchen", kEnamelMug},
    {"Cast Iron Pan",
     "Seasoned and ready to fry; 26 centimetres across, for every hob and the fire.", "kitchen",
     kCastIronPan},
    {"Chef's Knife", "Twenty centimetres of high-carbon steel with a walnut handle.", "kitchen",
     kChefsKnife},
    {"Pepper Mill", "Beech, with a ceramic grinder that takes salt as well.", "kitchen",
     kPepperMill},
    {"Linen Apron", "Crossed straps, two deep pockets, and softer with every wash.", "kitchen",
     kLinenApron},
    {"Dinner Plate",
     "Reactive glaze, so no two are the same; 27 centimetres, safe in the dishwasher.", "kitchen",
     kDinnerPlate},
    {"Glass Carafe", "Mouth-blown, one litre, with a cork stopper.", "kitchen", kGlassCarafe},
    {"Waffle Bath Towel",
     "Turkish cotton that dries fast and takes little room; 80 by 160 centimetres.", "textiles",
     kBathTowel},
    {"Quilted Bedspread", "Block-printed cotton, quilted by hand along the pattern.", "textiles",
     kQuilt},
    {"Jute Doormat", "Braided thick, bound at the edge; for a dry porch.", "textiles",
     kJuteDoormat},
    {"Merino Sweater",
     "Knitted in one piece from mulesing-free merino; a crew neck that keeps its shape.",
     "clothing", kMerinoSweater},
    {"Chore Jacket", "Heavy cotton drill, three patch pockets, buttons of horn.", "clothing",
     kChoreJacket},
    {"Ribbed Socks", "Three pairs of combed cotton in colours that go together.", "clothing",
     kRibbedSocks},
    {"Straw Hat", "Raffia, plaited and sewn; rolls up for the suitcase.", "clothing", kStrawHat},
    {"Canvas Sneakers", "Organic canvas on a sole of natural rubber.", "clothing", kSneakers},
    {"Weekend Holdall", "Waxed canvas with leather grips; three days, one bag.", "bags", kHoldall},
    {"Roll-Top Backpack",
     "Twenty litres, a sleeve for 15 inches, and a top that closes against the rain.", "bags",
     kBackpack},
    {"Belt Bag", "Phone, keys, passport: recycled nylon with a buckle that clicks.", "bags",
     kBeltBag},
    {"Card Wallet", "Six cards and some notes in full-grain leather.", "bags", kCardWallet},
    {"Fountain Pen", "A steel nib in a resin barrel; cartridge or converter.", "stationery",
     kFountainPen},
    {"Pencil Set", "Twelve cedar pencils, from 2H to 4B, in a tin.", "stationery", kPencilSet},
    {"Linen Notebook", "Thread-bound in book linen; 160 dotted pages and a ribbon.", "stationery",
     kLinenNotebook},
    {"Letter Set", "Twenty sheets of laid paper and twenty lined envelopes.", "stationery",
     kLetterSet},
    {"Pruning Shears", "Forged, with a lock for the pocket; every part can be replaced.", "garden",
     kShears},
    {"Hand Trowel", "Stainless steel riveted to an ash handle.", "garden", kTrowel},
    {"Bird Feeder", "Oiled larch with a copper roof; opens at the top.", "garden", kBirdFeeder},
    {"Garden Gloves", "Goatskin palms and a long cotton cuff.", "garden", kGardenGloves},
    {"Olive Tree", "A five-year-old tree in its pot, 80 centimetres tall. Loves sun.", "garden",
     kOliveTree},
    {"Wall Clock", "A silent movement behind a face of birch; 30 centimetres.", "home", kWallClock},
    {"Round Mirror", "Low-iron glass in a frame of brushed brass.", "home", kRoundMirror},
    {"Stoneware Vase", "A tall neck for three branches; matt glaze, watertight.", "home", kVase},
};

}  // namespace

std::span<const DemoCategory> demo_categories() { return kCategories; }
std::span<const DemoProduct> demo_products() { return kProducts; }

}  // namespace souk::app
