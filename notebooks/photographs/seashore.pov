// Waves run up a sandy shore. Lengths are in meters.
#include "common.inc"
#include "functions.inc"

camera { location <0, 2.1, -6> look_at <1.6, 0.65, 6> angle 52 right x * image_width / image_height }

light_source { <-500, 300, 420> color rgb <1.0, 0.88, 0.70> * 1.7 }
light_source { <-200, 900, -300> color rgb <0.55, 0.68, 0.92> * 0.55 shadowless }
Sky(rgb <0.13, 0.33, 0.66>, rgb <0.74, 0.81, 0.88>, 0.62, 1.3, 130)
fog { distance 260 color rgb <0.72, 0.80, 0.88> fog_type 2 fog_offset 0 fog_alt 5 }

// The water's edge runs away to the right; Out is the distance from it, in meters, positive on the sea.
#declare Out = function(x, z) { -0.50 * x + 0.72 * z - 1.4 + 0.85 * sin(x * 0.42 + 0.6) * cos(z * 0.21) + 1.4 *
  (f_noise3d(x * 0.32, 3, z * 0.32) - 0.5) + 0.30 * (f_noise3d(x * 1.7, 6, z * 1.7) - 0.5) }
// Swell that steepens towards the shore, and chop.
#declare Wave = function(x, z) {
  0.34 * exp(-pow((Out(x, z) - 5.2 + 1.6 * (f_noise3d(x * 0.12, 2, z * 0.12) - 0.5)) / 0.62, 2)) *
    (0.35 + f_noise3d(x * 0.22, 9, z * 0.22))
  + 0.42 * exp(-pow((Out(x, z) - 11.5 + 3.0 * (f_noise3d(x * 0.10, 4, z * 0.10) - 0.5)) / 0.9, 2)) *
    (0.2 + f_noise3d(x * 0.16, 1, z * 0.16))
  + 0.40 * exp(-pow((Out(x, z) - 20 + 3.0 * (f_noise3d(x * 0.08, 4, z * 0.08) - 0.5)) / 1.3, 2))
  + min(1, max(0, Out(x, z) / 3)) * (0.10 * (f_noise3d(x * 0.9, 0, z * 1.4) - 0.5) + 0.05 *
    (f_noise3d(x * 2.9, 0, z * 3.6) - 0.5))
}
// Foam: a lace along the edge, crests that break, streaks between.
#declare Lace = function { pattern { crackle turbulence 0.25 scale 0.42 } }
#declare Fine = function { pattern { crackle turbulence 0.3 scale 0.13 } }
#declare Foam = function(x, z) {
  exp(-pow((Out(x, z) - 0.22) / 0.24, 2)) * 1.1
  + exp(-max(0, Out(x, z)) / 2.4) * min(1, max(0, 6 * Out(x, z))) *
    (0.75 - 2.2 * min(Lace(x, 0, z), 0.34) - 0.9 * min(0.4, Fine(x, 0, z)) + 0.4 *
    (f_noise3d(x * 0.5, 0, z * 0.5) - 0.5))
  + 1.3 * exp(-pow((Out(x, z) - 4.75 + 1.6 * (f_noise3d(x * 0.12, 2, z * 0.12) - 0.5)) / 0.55, 2)) *
    (0.25 + f_noise3d(x * 0.22, 9, z * 0.22)) * (0.55 + 0.8 * f_noise3d(x * 3, 1, z * 3))
  + 1.1 * exp(-pow((Out(x, z) - 11.0 + 3.0 * (f_noise3d(x * 0.10, 4, z * 0.10) - 0.5)) / 0.6, 2)) *
    f_noise3d(x * 0.16, 1, z * 0.16) * (0.5 + 0.8 * f_noise3d(x * 2.5, 1, z * 2.5))
  + 0.9 * exp(-pow((Out(x, z) - 19.3 + 3.0 * (f_noise3d(x * 0.08, 4, z * 0.08) - 0.5)) / 0.6, 2)) *
    f_noise3d(x * 0.2, 7, z * 0.2)
}
#declare Water = texture {
  pigment {
    function { min(1, max(0, Out(x, z) / 9)) }
    color_map { [0 color rgbt <0.30, 0.26, 0.18, 0.55>] [0.15 color rgbt <0.16, 0.24, 0.20, 0.25>]
      [0.45 color rgbt <0.045, 0.17, 0.18, 0>] [1 color rgb <0.018, 0.09, 0.125>] }
  }
  normal { average normal_map { [1 bumps 0.22 scale <0.5, 1, 0.35>] [1 wrinkles 0.25 scale <0.4, 1, 0.3>]
    [0.7 bumps 0.25 scale 0.08] } }
  finish { ambient 0 diffuse 0.62 specular 0.35 roughness 0.008 reflection { 0.03, 0.75 fresnel on } conserve_energy }
}
#declare Froth = texture { pigment { granite scale 0.3 color_map { [0 color rgb 0.78] [1 color rgb 0.96] } }
  normal { granite 0.6 scale 0.15 } finish { ambient 0 diffuse 0.95 } }

height_field {
  function 900, 900 { min(1, max(0, 0.2 + Wave(x * 60 - 20, 44 - y * 50) * 0.5 - 0.02 *
    min(1, max(0, -Out(x * 60 - 20, 44 - y * 50) * 8)))) }
  smooth
  translate <0, -0.2, 0> scale <60, 2, 50> translate <-20, 0.02, -6>
  texture {
    pigment_pattern { function { min(1, max(0, Foam(x, z))) } }
    texture_map { [0.34 Water] [0.56 Froth] }
  }
  interior { ior 1.33 }
}
// Open sea behind.
plane {
  y, -0.02
  clipped_by { plane { -z, -43.5 } }
  texture { Water }
  interior { ior 1.33 }
}
// Sand: wet and dark at the edge, dry further up, with ripples, footmarks and pebbles.
#declare Dry = texture {
  pigment { granite scale 0.05 color_map { [0.1 color rgb <0.42, 0.34, 0.23>] [0.5 color rgb <0.58, 0.49, 0.35>]
    [0.9 color rgb <0.70, 0.62, 0.48>] } }
  normal { average normal_map { [1 bumps 0.7 scale 0.25] [1 granite 0.25 scale 0.06] [1 wrinkles 0.6 scale 0.7] } }
  finish { ambient 0 diffuse 0.75 }
}
#declare Wet = texture {
  pigment { granite scale 0.06 color_map { [0.1 color rgb <0.17, 0.13, 0.085>] [0.6 color rgb <0.25, 0.20, 0.135>] } }
  normal { average normal_map { [1 bumps 0.10 scale 0.4] [1 granite 0.03 scale 0.08] } }
  finish { ambient 0 diffuse 0.7 specular 0.25 roughness 0.03 reflection { 0.03, 0.55 fresnel on } conserve_energy }
}
height_field {
  function 300, 300 { 0.5 + min(0.4, max(-0.4, -Out(x * 60 - 20, 44 - y * 50) * 0.028)) + 0.006 *
    f_noise3d(x * 90, 0, y * 80) }
  smooth
  translate <0, -0.5, 0> scale <60, 1.6, 50> translate <-20, 0.0, -6>
  texture {
    pigment_pattern { function { min(1, max(0, 0.5 + Out(x, z) / 3.2 + 0.2 *
      (f_noise3d(x * 1.2, 0, z * 1.2) - 0.5))) } }
    texture_map { [0.08 Dry] [0.20 Wet] }
  }
  interior { ior 1.33 }
}
// Pebbles, and a headland far off.
#for (Count, 1, 140)
  #local Left = Between(-3, 5); #local Deep = Between(-4.4, 3);
  #if (Out(Left, Deep) < -0.2)
    sphere { 0, 1 scale <1.3, 0.5, 1> * (0.010 + 0.035 * pow(rand(Chance), 4)) rotate Between(0, 360) * y
      translate <Left, -Out(Left, Deep) * 0.0448 + 0.006, Deep>
      texture { pigment { granite color_map { [0 color rgb <0.12, 0.11, 0.10>]
        [1 color rgb <0.45, 0.42, 0.38> * Between(0.5, 1.3)] } scale 3 }
        finish { ambient 0 diffuse 0.7 specular 0.3 roughness 0.03 } } }
  #end
#end
height_field {
  function 200, 200 { max(0, 0.7 * f_ridged_mf(x * 3, 1, y * 3, 0.7, 2.2, 6, 0.7, 1.2, 1) * sin(pi * y) *
    min(1, 4 * (1 - x)) * (1 - x)) }
  smooth
  texture { pigment { granite scale 0.2 color_map { [0.2 color rgb <0.10, 0.11, 0.055>]
    [0.6 color rgb <0.22, 0.20, 0.12>] } } finish { ambient 0 diffuse 0.7 } }
  scale <200, 34, 90> translate <-190, -1, 190>
}
