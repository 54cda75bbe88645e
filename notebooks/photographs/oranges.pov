// Oranges in a blue bowl on a wooden table by a window. Lengths are in centimeters.
#include "common.inc"
#include "functions.inc"

camera {
  location <0, 26, -44> look_at <0.4, 4.8, 0> angle 38 right x * image_width / image_height
  aperture 2.2 focal_point <0, 9, -6> blur_samples 24 confidence 0.9 variance 1/400
}

// A window at the left, the wall and ceiling.
light_source { <-90, 90, -20> color rgb <1.0, 0.96, 0.90> * 1.25
  area_light <0, 40, 0>, <20, 0, 40>, 5, 5 adaptive 1 jitter }
light_source { <70, 60, -90> color rgb <1.0, 0.85, 0.66> * 0.24 shadowless }
light_source { <0, 90, 30> color rgb <0.75, 0.85, 1.0> * 0.16 shadowless }

#macro Orange(Number)
  union {
    isosurface {
      function {
        sqrt(x * x + y * y * 1.06 + z * z) - 3.9
        + 0.14 * (f_noise3d(x * 0.35 + Number * 7, y * 0.35, z * 0.35) - 0.5)
        + 0.30 * exp(-(x * x + z * z) * 1.1) * select(y, 0, 1)
      }
      contained_by { sphere { 0, 4.3 } } max_gradient 1.6 accuracy 0.01
    }
    // Where the stalk was.
    sphere { <0, 3.52, 0>, 0.30 pigment { color rgb <0.20, 0.22, 0.07> } finish { diffuse 0.7 }
      normal { granite 0.6 scale 0.3 } }
    texture {
      pigment {
        bozo turbulence 0.4 scale 2.5 translate Number * 5
        color_map { [0.15 color rgb <0.88, 0.22, 0.008>] [0.5 color rgb <0.93, 0.27, 0.01>]
          [0.85 color rgb <0.95, 0.34, 0.02>] }
      }
      // Pores of the peel.
      normal { average normal_map { [1.6 leopard 0.32 turbulence 0.5 scale 0.055] [1 bumps 0.30 scale 0.22]
        [0.7 bumps 0.25 scale 0.8] } }
      finish { ambient 0 diffuse 0.78 specular 0.32 roughness 0.035 }
    }
  }
#end

object { Orange(1) rotate <-25, 20, 15> translate <-4.1, 7.9, -3.6> }
object { Orange(2) rotate <-60, -30, -8> translate <3.9, 7.8, -4.0> }
object { Orange(3) rotate <20, 80, 30> translate <0.2, 8.0, 3.6> }
object { Orange(4) rotate <-38, 10, -20> translate <-0.2, 13.0, -0.9> }
object { Orange(5) rotate <10, 140, 50> translate <7.2, 8.4, 2.6> }
object { Orange(6) rotate <10, 40, -50> translate <-7.2, 8.6, 3.2> }
// One beside the bowl, and one cut in half.
object { Orange(7) rotate <-75, 30, 20> translate <11.2, 3.75, -12.0> }

#declare Half = union {
  intersection { object { Orange(8) } plane { y, 0 } }
  // The white of the peel, and ten segments.
  cylinder { <0, -0.2, 0>, <0, 0.01, 0>, 3.72 texture { pigment { color rgb <0.95, 0.84, 0.58> }
    finish { ambient 0 diffuse 0.75 } } }
  #for (Number, 0, 9)
    intersection {
      sphere { 0, 3.36 scale <1, 0.06, 1> translate 0.02 * y }
      plane { <-1, 0, 0>, -0.07 }
      plane { <1, 0, 0>, -0.07 rotate 36 * y }
      plane { <0, 0, -1>, 10 }
      rotate 36 * Number * y
      texture {
        pigment { wood turbulence 0.5 scale <0.3, 0.3, 0.9>
          color_map { [0 color rgb <0.92, 0.30, 0.015>] [1 color rgb <0.96, 0.42, 0.05>] } }
        normal { bumps 0.7 scale <0.2, 0.2, 0.5> }
        finish { ambient 0 diffuse 0.75 specular 0.7 roughness 0.01 }
      }
    }
  #end
}
object { Half rotate <-48, 14, 0> translate <-10.2, 2.95, -12.5> }

// The bowl, glazed, on a foot.
lathe {
  cubic_spline 14
  <3.6, -0.5>, <4.4, 0>, <4.5, 0.7>, <5.4, 1.3>, <8.0, 3.2>, <10.2, 5.7>, <11.3, 8.2>, <11.55, 8.55>, <11.2, 8.6>,
    <10.0, 6.2>, <7.8, 3.8>, <4.5, 1.9>, <0.0, 1.5>, <-2, 1.5>
  texture {
    pigment {
      gradient y turbulence 0.06 scale 9
      color_map { [0 color rgb <0.07, 0.17, 0.30>] [0.75 color rgb <0.10, 0.25, 0.42>]
        [0.92 color rgb <0.28, 0.42, 0.52>] [0.95 color rgb <0.62, 0.58, 0.48>] [1 color rgb <0.62, 0.58, 0.48>] }
    }
    normal { average normal_map { [1 gradient y 0.10 sine_wave scale 0.5] [1 bumps 0.05 scale 1.4] } }
    finish { ambient 0 diffuse 0.7 specular 0.6 roughness 0.012 reflection { 0.01, 0.25 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
}

// Planks.
#for (Number, -4, 6)
  box {
    <-80, -2, 0>, <80, 0, 11.85> translate <0, Between(-0.05, 0), 12 * Number>
    texture {
      pigment {
        wood turbulence <0.5, 0.08, 0.08> octaves 6 scale <22, 1.3, 1.3>
          rotate <Between(-2, 2), Between(-1, 1), Between(-3, 3)> translate <Between(-20, 20), 3, Between(-8, 8)>
        color_map { [0 color rgb <0.36, 0.22, 0.115>] [0.5 color rgb <0.48, 0.31, 0.17>]
          [0.85 color rgb <0.30, 0.175, 0.09>] [1 color rgb <0.36, 0.22, 0.115>] }
      }
      normal { granite 0.10 scale <6, 0.4, 0.4> }
      finish { ambient 0 diffuse 0.75 specular 0.18 roughness 0.06 reflection { 0, 0.12 fresnel on } conserve_energy }
    }
    interior { ior 1.5 }
  }
#end
// The wall.
plane { z, 75 texture { pigment { granite scale 40
  color_map { [0.2 color rgb <0.50, 0.49, 0.44>] [0.8 color rgb <0.62, 0.60, 0.54>] } }
  finish { ambient 0 diffuse 0.75 } } }
