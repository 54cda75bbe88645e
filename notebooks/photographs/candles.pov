// Three candles on a dark wooden table. Lengths are in centimeters.
#include "common.inc"
#include "functions.inc"

camera {
  location <0, 17, -46> look_at <0.6, 8.6, 0> angle 33 right x * image_width / image_height
  aperture 1.6 focal_point <-2.2, 9, -3> blur_samples 24 confidence 0.9 variance 1/400
}

// What little of the room's light there is; the rest comes from the flames.
light_source { <-80, 120, -120> color rgb <0.95, 0.72, 0.55> * 0.09 shadowless }

// A flame stands on the origin and is 4.4 high.
#macro Flame(Lean)
  union {
    light_source { <0, 2.2, 0> color rgb <1.0, 0.60, 0.24> * 0.95 fade_distance 13 fade_power 2
      area_light <0.8, 0, 0>, <0, 2.2, 0>, 2, 3 adaptive 0 jitter }
    sphere {
      0, 1.6 hollow no_shadow
      pigment { color rgbt 1 }
      interior {
        media {
          emission 1 samples 12
          density {
            function { max(0, 1 - sqrt(x * x + z * z) / max(0.001, 0.62 * sqrt(max(0, (y + 1.25) / 0.9)) *
              max(0, 1 - (y + 1.25) / 2.75))) * select(y + 1.25, 0, 1) }
            color_map {
              [0.00 color rgb 0]
              [0.10 color rgb <1.4, 0.42, 0.06> * 0.9]
              [0.40 color rgb <4.2, 2.3, 0.75>]
              [1.00 color rgb <5.5, 4.2, 2.2>]
            }
          }
          density { gradient y color_map { [0.0 color rgb <0.10, 0.12, 0.30>] [0.22 color rgb <0.5, 0.4, 0.3>]
            [0.45 color rgb 1] [1 color rgb <1, 0.95, 0.9>] } scale 3 translate -1.3 * y }
        }
      }
      scale <0.95, 1.55, 0.95> translate 1.7 * y
    }
    rotate Lean * z
  }
#end

// A candle of Radius and High, with a hollowed top, a wick, and wax that has run down.
#macro Candle(Radius, High, Color, Lean)
  union {
    isosurface {
      function {
        sqrt(x * x + z * z) - Radius - 0.10 * (f_noise3d(x * 1.3, y * 0.14, z * 1.3) - 0.5) * min(1, max(0, y / High))
        + max(0, y - High + 0.25) * 0.8
        - 0.30 * max(0, f_noise3d(3 * atan2(x, z) / 2 + 7 * Radius, y * 0.10, 2) - 0.52) *
          min(1, max(0, (y - 0.25 * High) / High * 2))
      }
      contained_by { box { <-Radius - 0.6, 0, -Radius - 0.6>, <Radius + 0.6, High, Radius + 0.6> } }
      max_gradient 2.2 accuracy 0.01
      texture {
        pigment {
          gradient y
          // Wax lets the flame's light through, most near the top.
          color_map { [0 color Color * 0.75] [0.55 color Color * 0.9] [1 color Color * 1.0] }
          scale High + 0.1
        }
        finish { ambient 0 diffuse 0.75 specular 0.25 roughness 0.04 }
      }
      texture {
        pigment { gradient y color_map { [0 color rgbt <1, 1, 1, 0.97>] [0.5 color rgbt <1, 1, 1, 0.85>]
          [1 color rgbt <1, 1, 1, 0.45>] } scale High + 0.1 }
        finish { ambient 0 emission Color * <1.0, 0.50, 0.20> * 0.8 diffuse 0.2 }
      }
    }
    cylinder { <0, High - 0.2, 0>, <0.06, High + 0.75, 0.02>, 0.09 pigment { color rgb 0.015 } no_shadow }
    disc { <0, High - 0.12, 0>, y, Radius * 0.8 texture { pigment { color rgb <0.9, 0.62, 0.30> }
      finish { emission 0.35 diffuse 0.4 specular 0.9 roughness 0.005 reflection 0.1 } } no_shadow }
    object { Flame(Lean) translate (High + 0.35) * y }
  }
#end

object { Candle(2.5, 11.5, rgb <0.92, 0.86, 0.74>, 1.5) translate <-2.6, 0, -3> }
object { Candle(2.6, 7.5, rgb <0.92, 0.84, 0.70>, -1) translate <4.4, 0, -0.5> }
object { Candle(2.4, 15, rgb <0.90, 0.85, 0.75>, 0.5) translate <3.2, 0, 9> }

// The table.
plane {
  y, 0
  texture {
    pigment {
      wood turbulence <0.06, 0.1, 0.4> octaves 5 scale <1.1, 1.1, 14> rotate <2, 84, 3> translate 9
      color_map { [0 color rgb <0.10, 0.045, 0.020>] [0.5 color rgb <0.20, 0.095, 0.042>]
        [0.9 color rgb <0.13, 0.06, 0.026>] }
    }
    normal { average normal_map { [1 wood 0.10 turbulence 0.1 scale <0.4, 0.4, 10> rotate <2, 84, 3>] [1 granite 0.08
      scale 3] } }
    finish { ambient 0 diffuse 0.7 specular 0.35 roughness 0.05 reflection { 0.02, 0.35 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
}
// A curtain behind.
plane {
  -z, -34
  texture {
    pigment { color rgb <0.16, 0.035, 0.03> }
    normal { gradient x 0.9 sine_wave scale 5 turbulence 0.15 }
    finish { ambient 0 diffuse 0.7 }
  }
}
