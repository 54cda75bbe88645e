// A traffic light at red over a street, toward evening. Lengths are in meters.
#include "common.inc"

camera {
  location <-0.62, 3.0, -4.2> look_at <0.14, 3.93, 0> angle 33 right x * image_width / image_height
  aperture 0.05 focal_point <0, 3.9, -0.2> blur_samples 48 confidence 0.95 variance 1/3000
}

light_source { <-60, 34, -38> color rgb <1.0, 0.84, 0.62> * 1.35
  area_light <3, 0, 0>, <0, 3, 0>, 3, 3 adaptive 0 jitter circular orient }
light_source { <20, 90, -30> color rgb <0.50, 0.62, 0.92> * 0.34 shadowless }
light_source { <10, -40, -30> color rgb <0.60, 0.52, 0.42> * 0.16 shadowless }
Sky(rgb <0.16, 0.33, 0.62>, rgb <0.76, 0.76, 0.78>, 0.66, 1.2, 250)

#declare Case = texture {
  pigment { granite turbulence 0.3 scale <0.3, 0.8, 0.3>
    color_map { [0.2 color rgb <0.70, 0.44, 0.03>] [0.6 color rgb <0.62, 0.38, 0.03>]
    [0.85 color rgb <0.42, 0.26, 0.05>] [1 color rgb <0.26, 0.17, 0.07>] } }
  normal { bumps 0.05 scale 0.03 }
  finish { ambient 0 diffuse 0.75 specular 0.25 roughness 0.03 }
}
#declare Black = texture { pigment { granite scale 0.3
  color_map { [0.3 color rgb 0.018] [0.9 color rgb <0.06, 0.056, 0.05>] } } normal { bumps 0.05 scale 0.05 }
  finish { ambient 0 diffuse 0.75 specular 0.25 roughness 0.04 } }
#declare Steel = texture { pigment { granite turbulence 0.3 scale 0.5
  color_map { [0.2 color rgb <0.30, 0.31, 0.31>] [0.9 color rgb <0.42, 0.42, 0.41>] } }
  normal { granite 0.05 scale 0.1 } finish { ambient 0 diffuse 0.7 specular 0.2 roughness 0.05 metallic } }

// One light: its door, visor, and the ribbed glass. Lit is how bright it shines.
#macro Lamp(Color, Lit)
  union {
    box { <-0.165, -0.165, -0.10>, <0.165, 0.165, 0.10> texture { Case } }
    torus { 0.128, 0.016 rotate 90 * x translate -0.10 * z texture { Case } }
    difference {
      cylinder { <0, 0, -0.36>, <0, 0, -0.09>, 0.136 }
      cylinder { <0, 0, -0.40>, <0, 0, -0.08>, 0.130 }
      // Cut away below, slanting.
      box { <-0.2, -0.3, -0.5>, <0.2, -0.055, -0.06> }
      box { <-0.2, -0.5, -0.5>, <0.2, 0, 0> rotate 26 * x translate <0, -0.02, -0.14> }
      texture { Black }
    }
    sphere {
      0, 0.124 scale <1, 1, 0.32> translate -0.09 * z
      texture {
        pigment { color Color * 0.16 }
        normal { average normal_map { [1 gradient x 0.7 sine_wave scale 0.018] [1 gradient y 0.7 sine_wave
          scale 0.018] } }
        finish { ambient 0 diffuse 0.7 specular 0.6 roughness 0.01 reflection 0.06 }
      }
      #if (Lit > 0)
        texture {
          pigment { leopard scale 0.0035 color_map { [0 color Color * 0.55 transmit 0.15] [1 color Color transmit 0] } }
          finish { ambient 0 diffuse 0 emission Lit }
        }
        texture {
          pigment { spherical scale 0.13 translate -0.12 * z
            color_map { [0 color rgbt 1] [0.5 color rgbt <1, 0.45, 0.25, 0.75>] [1 color rgbt <1, 0.75, 0.5, 0.1>] } }
          finish { ambient 0 diffuse 0 emission Lit }
        }
      #end
    }
    #for (Side, -1, 1, 2) box { <-0.012, -0.05, -0.115>, <0.012, 0.05, -0.09> translate Side * 0.152 * x
      texture { Black } } #end
  }
#end
#declare Head = union {
  object { Lamp(rgb <0.95, 0.05, 0.02>, 1.6) translate 0.345 * y }
  object { Lamp(rgb <0.75, 0.36, 0.02>, 0) }
  object { Lamp(rgb <0.02, 0.42, 0.24>, 0) translate -0.345 * y }
  #for (Gap, -1, 1, 2) box { <-0.15, 0.155, -0.08>, <0.15, 0.19, 0.09> translate (Gap < 0 ? -0.345 : 0) * y
    texture { Black } } #end
  cylinder { <0, 0.5, 0>, <0, 0.62, 0>, 0.04 texture { Steel } }
  cylinder { <0, -0.5, 0>, <0, -0.62, 0>, 0.04 texture { Steel } }
  // The red light falls on its visor.
  light_source { <0, 0.345, -0.20> color rgb <1, 0.06, 0.02> * 0.5 fade_distance 0.12 fade_power 2 }
}
object { Head rotate 14 * y translate <0, 3.95, -0.16> }
object { Head rotate 100 * y translate <0.40, 3.95, 0.10> }
// The pole with its brackets.
cylinder { <0.30, 0, 0.2>, <0.30, 5.6, 0.2>, 0.062 texture { Steel } }
cylinder { <0.30, 5.6, 0.2>, <0.30, 5.66, 0.2>, 0.072 texture { Steel } }
#for (Number, -1, 1, 2)
  cylinder { <0, 3.95 + 0.58 * Number, -0.16>, <0.30, 3.95 + 0.58 * Number, 0.2>, 0.026 texture { Steel } }
  cylinder { <0.40, 3.95 + 0.58 * Number, 0.10>, <0.30, 3.95 + 0.58 * Number, 0.2>, 0.026 texture { Steel } }
  cylinder { <0.30, 3.90 + 0.58 * Number, 0.2>, <0.30, 4.0 + 0.58 * Number, 0.2>, 0.074 texture { Steel } }
#end
// Wires.
#for (Number, 0, 2)
  sphere_sweep { cubic_spline 5, <-40, 9, 20>, 0.02, <-16, 7.1 + 0.35 * Number, 14>, 0.02,
    <0, 6.2 + 0.35 * Number, 12 + 0.3 * Number>, 0.02, <16, 7.3 + 0.35 * Number, 14>, 0.02, <40, 9, 20>, 0.02
    texture { Black } }
#end

// The street: house fronts on the right, trees on the left.
#macro House(Wide, High, Color)
  union {
    box { <0, 0, 0>, <Wide, High, 10> texture { pigment { brick color Color * 0.75 color Color
      brick_size <0.24, 0.08, 0.12> mortar 0.012 } normal { granite 0.1 } finish { ambient 0 diffuse 0.75 } } }
    box { <-0.15, High, -0.3>, <Wide + 0.15, High + 0.35, 10>
      texture { pigment { color rgb <0.50, 0.47, 0.41> } finish { ambient 0 diffuse 0.75 } } }
    #local Level = 0.9;
    #while (Level + 1.9 < High)
      #for (Number, 0, int(Wide / 1.9) - 1)
        box { <-0.60, -0.1, -0.06>, <0.60, 1.75, 0.1>
          translate <Wide / 2 + (Number - (int(Wide / 1.9) - 1) / 2) * 1.9, Level, 0>
          texture { pigment { color rgb <0.68, 0.66, 0.60> } finish { ambient 0 diffuse 0.8 } } }
        box { <-0.48, 0, -0.08>, <0.48, 1.6, 0.1>
          translate <Wide / 2 + (Number - (int(Wide / 1.9) - 1) / 2) * 1.9, Level, 0>
          texture { pigment { color rgb <0.03, 0.035, 0.04> * Between(0.5, 2.4) }
          finish { ambient 0 diffuse 0.5 reflection Between(0.1, 0.4) } } }
      #end
      #local Level = Level + 3.1;
    #end
  }
#end
#for (Number, 0, 5)
  object { House(7.6, 10.5 + 2.4 * mod(Number * 2, 3),
    rgb <0.40 - 0.05 * mod(Number, 3), 0.20 + 0.07 * mod(Number, 2), 0.13 + 0.05 * mod(Number, 2)>) rotate -90 * y
    scale <-1, 1, 1> translate <11, -1, 14 + 7.8 * Number> }
#end
object { House(30, 12, rgb <0.36, 0.25, 0.18>) translate <-22, -1, 74> }
plane { y, 0 texture { pigment { color rgb 0.14 } finish { ambient 0 diffuse 0.7 } } }
#declare Wood = array[3];
#for (Number, 0, 2) #declare Wood[Number] = object { Tree(3000, 0.045,
  rgb <0.065 + 0.03 * Number, 0.11 + 0.008 * Number, 0.028>) } #end
#for (Count, 0, 8) object { Wood[mod(Count, 3)] rotate Between(0, 360) * y scale <1.2, 1, 1.2> * Between(8, 10.5)
  translate <-8.5 + Between(-0.5, 0.5), -0.4, 14 + 6 * Count> } #end
