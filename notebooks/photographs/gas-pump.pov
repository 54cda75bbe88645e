// An old gas pump on a country forecourt. Lengths are in meters.
#include "common.inc"

camera {
  location <-0.75, 1.35, -5.6> look_at <0.06, 1.27, 0> angle 34 right x * image_width / image_height
  aperture 0.05 focal_point <0, 1.2, -0.3> blur_samples 48 confidence 0.95 variance 1/3000
}

light_source { <-36, 40, -34> color rgb <1.0, 0.91, 0.76> * 1.55
  area_light <2, 0, 0>, <0, 2, 0>, 3, 3 adaptive 0 jitter circular orient }
light_source { <20, 90, -30> color rgb <0.52, 0.66, 0.92> * 0.36 shadowless }
light_source { <6, -30, -30> color rgb <0.60, 0.52, 0.42> * 0.20 shadowless }
Sky(rgb <0.16, 0.37, 0.70>, rgb <0.72, 0.80, 0.88>, 0.58, 1.4, 20)

// Enamel that has weathered: faded, with rust along scratches and edges.
#macro Enamel(Color)
  texture {
    pigment {
      granite turbulence 0.25 scale <0.5, 1.1, 0.5>
      color_map {
        [0.00 color Color * 0.92] [0.48 color Color] [0.62 color Color * 1.08 + 0.02]
        [0.72 color Color * 0.8] [0.76 color rgb <0.30, 0.13, 0.06>] [1.00 color rgb <0.16, 0.07, 0.035>]
      }
    }
    normal { average normal_map { [1 bumps 0.02 scale 0.25] [1 granite 0.04 scale 0.2] } }
    finish { ambient 0 diffuse 0.75 specular 0.35 roughness 0.015 reflection { 0.01, 0.28 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
#end
#declare Chrome = texture { pigment { color rgb 0.58 } normal { granite 0.04 scale 0.08 }
  finish { ambient 0 diffuse 0.3 specular 0.7 roughness 0.015 metallic reflection 0.5 } }
#declare White = texture { pigment { granite scale 0.15
  color_map { [0.2 color rgb <0.82, 0.80, 0.73>] [0.8 color rgb <0.72, 0.68, 0.58>] } }
  finish { ambient 0 diffuse 0.8 specular 0.2 roughness 0.02 } }
#declare Ink = texture { pigment { color rgb 0.025 } finish { ambient 0 diffuse 0.7 } }
#declare Rubber = texture { pigment { granite scale 0.1
  color_map { [0.2 color rgb 0.02] [0.9 color rgb <0.07, 0.065, 0.06>] } }
  finish { ambient 0 diffuse 0.75 specular 0.2 roughness 0.06 } }

#macro Words(Text, Size, At, Color)
  #local Line = text { ttf "cyrvetic.ttf" Text 0.4 0 };
  object { Line translate -(max_extent(Line).x / 2) * x scale <Size, Size, 0.02> translate At
    texture { pigment { color Color } finish { ambient 0 diffuse 0.8 } } }
#end

// A body with rounded corners seen from above, from Low to High.
#macro Body(Wide, Deep, Radius, Low, High)
  union {
    box { <-Wide + Radius, Low, -Deep>, <Wide - Radius, High, Deep> }
    box { <-Wide, Low, -Deep + Radius>, <Wide, High, Deep - Radius> }
    #for (A, -1, 1, 2) #for (B, -1, 1, 2) cylinder { <A * (Wide - Radius), Low, B * (Deep - Radius)>,
      <A * (Wide - Radius), High, B * (Deep - Radius)>, Radius } #end #end
  }
#end

#declare Pump = union {
  object { Body(0.36, 0.27, 0.06, 0.08, 1.02) Enamel(rgb <0.56, 0.035, 0.025>) }
  object { Body(0.40, 0.31, 0.07, 0, 0.09) Enamel(rgb <0.05, 0.05, 0.055>) }
  object { Body(0.375, 0.285, 0.07, 1.02, 1.06) texture { Chrome } }
  object { Body(0.355, 0.265, 0.06, 1.06, 1.64) Enamel(rgb <0.80, 0.77, 0.69>) }
  object { Body(0.375, 0.285, 0.07, 1.64, 1.68) texture { Chrome } }
  // The shoulders and the globe on its collar.
  intersection { cylinder { <0, 1.60, -0.265>, <0, 1.60, 0.265>, 0.365 scale <1, 0.62, 1> translate 0.66 * y }
    box { <-0.4, 1.66, -0.3>, <0.4, 2, 0.3> } Enamel(rgb <0.56, 0.035, 0.025>) }
  cylinder { <0, 1.84, 0>, <0, 1.91, 0>, 0.11 texture { Chrome } }
  cylinder { <0, 2.10, -0.085>, <0, 2.10, 0.085>, 0.225 texture { White } }
  torus { 0.225, 0.03 rotate 90 * x translate <0, 2.10, -0.08> Enamel(rgb <0.56, 0.035, 0.025>) }
  sphere { 0, 0.20 scale <1, 1, 0.16> translate <0, 2.10, -0.085> texture { White } }
  Words("GAS", 0.175, <0, 2.045, -0.130>, rgb <0.50, 0.03, 0.02>)
  // The meter: a window with counters, on both sides of the price.
  box { <-0.27, 1.14, -0.275>, <0.27, 1.57, -0.2> texture { Chrome } }
  box { <-0.25, 1.16, -0.278>, <0.25, 1.55, -0.2>
    texture { pigment { color rgb <0.72, 0.70, 0.62> } finish { ambient 0 diffuse 0.8 } } }
  #for (Row, 0, 1)
    box { <-0.185, 1.415 - 0.13 * Row, -0.281>, <0.185, 1.505 - 0.13 * Row, -0.2> texture { Ink } }
    #for (Digit, 0, 3)
      box { <-0.172 + 0.088 * Digit, 1.422 - 0.13 * Row, -0.283>, <-0.094 + 0.088 * Digit, 1.498 - 0.13 * Row, -0.2>
        texture { #if (Digit = 3) pigment { color rgb <0.60, 0.06, 0.04> } finish { diffuse 0.8 } #else
        pigment { color rgb 0.04 } finish { diffuse 0.8 } #end } }
      Words(str(mod(3 * Digit + 4 * Row + 1, 10), 0, 0), 0.082, <-0.134 + 0.088 * Digit, 1.433 - 0.13 * Row, -0.286>,
        rgb <0.85, 0.84, 0.78>)
    #end
  #end
  Words("SALE  $", 0.038, <0, 1.517, -0.281>, rgb 0.04)
  Words("GALLONS", 0.038, <0, 1.388, -0.281>, rgb 0.04)
  box { <-0.10, 1.18, -0.281>, <0.10, 1.25, -0.2> texture { Ink } }
  Words(".319", 0.07, <0, 1.19, -0.284>, rgb <0.85, 0.84, 0.78>)
  box { <-0.25, 1.16, -0.292>, <0.25, 1.55, -0.29>
    texture { pigment { color rgbt <0.9, 0.92, 0.92, 0.93> }
    finish { ambient 0 diffuse 0.08 specular 0.6 roughness 0.01 reflection { 0.03, 0.6 fresnel on } } }
    interior { ior 1.4 } }
  // A badge and the door with its lock on the body.
  box { <-0.275, 0.20, -0.276>, <0.275, 0.95, -0.2> Enamel(rgb <0.60, 0.04, 0.028>) }
  #for (Side, -1, 1, 2) box { <Side * 0.28 - 0.004, 0.195, -0.273>, <Side * 0.28 + 0.004, 0.955, -0.2>
    texture { Ink } } #end
  box { <-0.28, 0.192, -0.273>, <0.28, 0.200, -0.2> texture { Ink } }
    box { <-0.28, 0.95, -0.273>, <0.28, 0.958, -0.2> texture { Ink } }
  cylinder { <0.22, 0.55, -0.29>, <0.22, 0.55, -0.2>, 0.022 texture { Chrome } }
  cylinder { 0, <0, 0, 0.02>, 0.155 scale <1, 0.62, 1> translate <-0.01, 0.72, -0.285> texture { White } }
  torus { 0.155, 0.010 rotate 90 * x scale <1, 0.62, 1> translate <-0.01, 0.72, -0.284> texture { Chrome } }
  Words("Regular", 0.085, <-0.01, 0.695, -0.288>, rgb <0.03, 0.06, 0.28>)
  #for (Level, 0, 3) box { <-0.20, 0.26 + 0.032 * Level, -0.279>, <0.20, 0.272 + 0.032 * Level, -0.2>
    texture { Ink } } #end
  // The crank, the nozzle in its cradle, the hose.
  box { <0.35, 1.12, -0.12>, <0.40, 1.40, 0.06> texture { Chrome } }
  union {
    cylinder { <0, 0, 0>, <0, 0.17, 0>, 0.024 } cylinder { <0, 0.17, 0>, <-0.01, 0.30, 0.10>, 0.015 }
      cylinder { <0, -0.14, 0.0>, <0, 0, 0>, 0.030 }
    sphere_sweep { cubic_spline 6, <0, 0.20, -0.02>, 0.008, <0, 0.15, -0.03>, 0.008, <0, 0.08, -0.085>, 0.008,
      <0, -0.05, -0.085>, 0.008, <0, -0.12, -0.03>, 0.008, <0, -0.15, 0>, 0.008 }
    sphere { <0, 0.05, 0>, 0.042 }
    rotate <-8, 0, 0> translate <0.445, 1.22, -0.10> texture { Chrome }
  }
  sphere_sweep {
    cubic_spline 12,
    <0.44, 1.25, -0.08>, 0.021, <0.445, 1.08, -0.10>, 0.021, <0.47, 0.86, -0.13>, 0.021, <0.52, 0.55, -0.17>, 0.021,
      <0.60, 0.30, -0.20>, 0.021, <0.70, 0.19, -0.18>, 0.021,
    <0.79, 0.30, -0.12>, 0.021, <0.80, 0.62, -0.05>, 0.021, <0.72, 1.05, 0.0>, 0.021, <0.58, 1.42, 0.03>, 0.021,
      <0.37, 1.58, 0.04>, 0.021, <0.2, 1.6, 0.04>, 0.021
    texture { Rubber }
  }
  cylinder { <0.33, 1.575, 0.04>, <0.42, 1.56, 0.04>, 0.036 texture { Chrome } }
}
object { Pump rotate 17 * y translate 0.16 * y }

// The island, the forecourt, oil stains, weeds.
#declare Concrete = texture {
  pigment { granite turbulence 0.4 scale 1.4 color_map { [0.1 color rgb <0.26, 0.24, 0.215>]
    [0.5 color rgb <0.40, 0.375, 0.335>] [0.9 color rgb <0.50, 0.475, 0.43>] } }
  normal { average normal_map { [1 granite 0.3 scale 0.15] [1 bumps 0.3 scale 0.03] } }
  finish { ambient 0 diffuse 0.75 }
}
union {
  box { <-1.5, 0, -0.6>, <1.5, 0.16, 0.6> } cylinder { <-1.5, 0, 0>, <-1.5, 0.16, 0>, 0.6 }
    cylinder { <1.5, 0, 0>, <1.5, 0.16, 0>, 0.6 }
  rotate 17 * y texture { Concrete }
}
plane {
  y, 0
  texture {
    pigment { granite turbulence 0.4 scale 2.6 color_map { [0.1 color rgb <0.105, 0.10, 0.095>]
      [0.5 color rgb <0.165, 0.155, 0.145>] [0.9 color rgb <0.23, 0.215, 0.195>] } }
    normal { average normal_map { [1 granite 0.4 scale 0.1] [1 bumps 0.5 scale 0.02] } }
    finish { ambient 0 diffuse 0.75 }
  }
}
// A filling station's shed with a window and a tin roof, a field, trees.
union {
  box { <-3.4, 0, 0>, <3.4, 2.9, 5> texture { pigment { gradient y
    color_map { [0 color rgb <0.52, 0.50, 0.42>] [0.93 color rgb <0.64, 0.62, 0.54>]
    [0.94 color rgb <0.30, 0.29, 0.25>] [1 color rgb <0.30, 0.29, 0.25>] } scale 0.18 }
    finish { ambient 0 diffuse 0.75 } } }
  box { <-3.9, 2.9, -1.2>, <3.9, 3.12, 5.4> texture { pigment { color rgb <0.40, 0.05, 0.04> }
    finish { ambient 0 diffuse 0.7 } } }
  box { <-2.6, 1.0, -0.04>, <-0.6, 2.3, 0.1> texture { pigment { color rgb <0.75, 0.73, 0.66> }
    finish { ambient 0 diffuse 0.8 } } }
  box { <-2.5, 1.1, -0.06>, <-1.64, 2.2, 0.1> texture { pigment { color rgb <0.03, 0.04, 0.045> }
    finish { ambient 0 diffuse 0.5 reflection 0.25 } } }
  box { <-1.56, 1.1, -0.06>, <-0.7, 2.2, 0.1> texture { pigment { color rgb <0.03, 0.04, 0.045> }
    finish { ambient 0 diffuse 0.5 reflection 0.25 } } }
  box { <0.7, 0, -0.05>, <1.7, 2.2, 0.1> texture { pigment { color rgb <0.10, 0.20, 0.16> }
    finish { ambient 0 diffuse 0.8 } } }
  rotate 17 * y translate <3.6, 0, 10.5>
}
MakeTufts(rgb <0.12, 0.20, 0.04>, rgb <0.36, 0.33, 0.12>)
#for (Count, 1, 900)
  #local Deep = 9 + 26 * rand(Chance);
  object { Tuft[int(Between(0, 11.99))] scale Between(1.2, 2.4) rotate Between(0, 360) * y
    translate <Between(-0.45, 0.45) * (Deep + 6), 0, Deep> }
#end
#for (Count, 1, 26) object { Tuft[int(Between(0, 11.99))] scale Between(0.3, 0.6) rotate Between(0, 360) * y
  translate <-1.7 + Count * 0.14, 0, -0.62> rotate 17 * y } #end
#declare Wood = array[3];
#for (Number, 0, 2) #declare Wood[Number] = object { Tree(2600, 0.05,
  rgb <0.055 + 0.02 * Number, 0.105 + 0.012 * Number, 0.028>) } #end
#for (Count, 1, 22) object { Wood[mod(Count, 3)] rotate Between(0, 360) * y scale <1.2, 1, 1.2> * Between(6, 10)
  translate <-34 + 3 * Count, -0.4, 30 + Between(-3, 8)> } #end
