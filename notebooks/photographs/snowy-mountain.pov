// A snowy mountain above an alpine meadow and woods. Lengths are in hundreds of meters.
#include "common.inc"
#include "functions.inc"

camera { location <0, 1.30, -9> look_at <0.6, 3.0, 12> angle 33 right x * image_width / image_height }

light_source { <-900, 520, -60> color rgb <1.0, 0.90, 0.76> * 1.75 }
light_source { <300, 900, -300> color rgb <0.45, 0.60, 0.95> * 0.34 shadowless }
Sky(rgb <0.07, 0.22, 0.56>, rgb <0.55, 0.70, 0.88>, 0.50, 1.4, 300)
fog { distance 130 color rgb <0.55, 0.69, 0.88> fog_type 2 fog_offset 0 fog_alt 2.2 }

// The range: one great peak, lower ones at its sides, and ridges that run down from them.
#declare Ridge = function(x, z) { f_ridged_mf(x * 4.6 + 3.1, 1.7, z * 4.6 + 8.2, 0.85, 2.15, 9, 0.72, 1.6, 1) }
#declare Cone = function(x, z, s) { max(0, 1 - s * sqrt(x * x + 1.3 * z * z)) }
#declare Range = function(x, z) { 1.1 * pow(Cone(x - 0.54, z - 0.52, 2.3), 1.35) + 0.50 *
  Cone(x - 0.16, z - 0.62, 3.4) + 0.42 * Cone(x - 0.88, z - 0.56, 3.4) }
#declare Snow = pigment { granite scale 0.05 color_map { [0.2 color rgb <0.86, 0.88, 0.93>]
  [0.8 color rgb <0.93, 0.95, 0.98>] } }
#declare Rock = pigment { granite turbulence 0.3 scale <0.02, 0.05, 0.02>
  color_map { [0.1 color rgb <0.10, 0.092, 0.085>] [0.5 color rgb <0.22, 0.20, 0.18>]
  [0.9 color rgb <0.36, 0.33, 0.30>] } }
#declare Woods = pigment { granite scale 0.012 color_map { [0.2 color rgb <0.018, 0.034, 0.016>]
  [0.7 color rgb <0.045, 0.068, 0.030>] } }
#declare Meadow = pigment { granite scale 0.05 color_map { [0.2 color rgb <0.10, 0.12, 0.05>]
  [0.8 color rgb <0.19, 0.18, 0.09>] } }
height_field {
  function 1100, 1100 { min(1, max(0, Range(x, 1 - y) * (0.42 + 0.36 * Ridge(x, 1 - y)) + 0.05 *
    Ridge(2.3 * x, 2 - 2.3 * y) - 0.04)) }
  smooth
  texture {
    pigment {
      function { min(0.999, max(0, y + 0.10 * (f_noise3d(x * 14, 2, z * 14) - 0.5) + 0.06 *
        (f_noise3d(x * 60, 5, z * 60) - 0.5) + 0.03 * (f_noise3d(x * 190, 5, z * 190) - 0.5))) }
      pigment_map {
        [0.10 Woods]
        [0.13 slope { y } pigment_map { [0.72 Rock] [0.76 Meadow] }]
        [0.22 slope { y } pigment_map { [0.70 Rock] [0.80 Meadow] }]
        [0.235 slope { y } pigment_map { [0.64 Rock] [0.67 Snow] }]
        [0.60 slope { y } pigment_map { [0.60 Rock] [0.63 Snow] }]
      }
    }
    normal { granite 0.45 scale 0.05 }
    finish { ambient 0 diffuse 0.82 }
  }
  translate <-0.5, 0, 0> scale <30, 12.5, 24> translate <-0.6, -0.15, 4>
}

// Firs: each a stack of ragged needles.
#macro Fir(Green)
  mesh {
    #for (Count, 1, 700)
      #local Level = pow(rand(Chance), 0.8);
      #local Around = Between(0, 2 * pi);
      #local Reach = 0.19 * (1 - Level) * Between(0.6, 1.1) + 0.01;
      #local Droop = 0.10 * (1 - Level) + 0.02;
      triangle {
        <0, Level + 0.03, 0>,
        <Reach * cos(Around - 0.22), Level - Droop, Reach * sin(Around - 0.22)>,
        <Reach * cos(Around + 0.22), Level - Droop * Between(0.6, 1.2), Reach * sin(Around + 0.22)>
      }
    #end
    texture { pigment { color Green } finish { ambient 0 diffuse 0.75, 0.1 } }
  }
#end
#declare Firs = array[4];
#for (Number, 0, 3) #declare Firs[Number] =
  object { Fir(rgb <0.028 + 0.008 * Number, 0.055 + 0.008 * Number, 0.026>) } #end
// The near slope, an alpine meadow that falls away to woods.
#declare Fall = function(x, z) { 0.95 - 0.085 * (z + 9) - 0.010 * (z + 9) * (z + 9) * 0.5 + 0.10 * sin(x * 0.9 + 1) +
  0.34 * (f_noise3d(x * 0.55, 3, z * 0.45) - 0.5) + 0.018 * f_noise3d(x * 7, 1, z * 7) }
height_field {
  function 300, 300 { min(1, max(0, Fall(x * 16 - 8, 5 - y * 15) / 2)) }
  smooth
  texture {
    pigment {
      bozo turbulence 0.7 scale 0.035
      color_map { [0.2 color rgb <0.075, 0.125, 0.030>] [0.5 color rgb <0.13, 0.175, 0.045>]
        [0.8 color rgb <0.21, 0.21, 0.085>] }
    }
    normal { average normal_map { [1 granite 0.5 scale 0.02] [1 bumps 0.6 scale 0.006] } }
    finish { ambient 0 diffuse 0.8 }
  }
  scale <16, 2, 15> translate <-8, 0, -10>
}
#for (Count, 1, 1100)
  #local Deep = -7.0 + 13 * pow(rand(Chance), 0.7);
  #local Left = Between(-0.40, 0.40) * (Deep + 9.5);
  // Thicker in the hollows and at the sides than in the middle of the meadow.
  #if (f_noise3d(Left * 1.1, 7, Deep * 0.8) + 0.25 * abs(Left) / (Deep + 9.5) + 0.045 * (Deep + 5) > 0.70)
    object { Firs[mod(Count, 4)] rotate Between(0, 360) * y scale Between(0.15, 0.34)
      translate <Left, max(0.02, (Deep < 4.9 ? Fall(Left, Deep) : 0.1)) - 0.01, Deep> }
  #end
#end
