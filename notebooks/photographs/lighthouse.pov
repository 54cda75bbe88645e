// A lighthouse on a rocky headland above the sea. Lengths are in meters.
#include "common.inc"
#include "functions.inc"

camera { location <-22, 7.5, -84> look_at <-1.5, 17.4, 0> angle 36 right x * image_width / image_height }

light_source { <-600, 420, -420> color rgb <1.0, 0.88, 0.70> * 1.7
  area_light <25, 0, 0>, <0, 25, 0>, 2, 2 adaptive 0 jitter }
light_source { <300, 900, -300> color rgb <0.50, 0.64, 0.92> * 0.34 shadowless }
light_source { <500, 20, -500> color rgb <0.60, 0.66, 0.75> * 0.20 shadowless }
Sky(rgb <0.12, 0.30, 0.64>, rgb <0.68, 0.78, 0.88>, 0.64, 1.6, 210)
fog { distance 1600 color rgb <0.66, 0.75, 0.86> fog_type 2 fog_offset 0 fog_alt 8 }

#declare Plaster = texture {
  pigment { granite scale <3, 9, 3> color_map { [0.2 color rgb <0.86, 0.84, 0.79>] [0.5 color rgb <0.80, 0.78, 0.72>]
    [0.75 color rgb <0.58, 0.52, 0.44>] } }
  normal { granite 0.06 scale 0.6 }
  finish { ambient 0 diffuse 0.8 }
}
#declare Red = texture {
  pigment { granite scale <3, 9, 3> color_map { [0.2 color rgb <0.55, 0.07, 0.04>] [0.6 color rgb <0.48, 0.06, 0.04>]
    [0.8 color rgb <0.36, 0.12, 0.08>] } }
  normal { granite 0.05 scale 0.6 }
  finish { ambient 0 diffuse 0.8 specular 0.12 roughness 0.05 }
}
#declare Iron = texture { pigment { color rgb <0.05, 0.05, 0.055> }
  finish { ambient 0 diffuse 0.6 specular 0.3 roughness 0.05 } }

// The tower: 22 high, with two red bands.
#declare Tower = union {
  cone { 0, 3.5, <0, 8, 0>, 3.05 texture { Plaster } }
  cone { <0, 8, 0>, 3.05, <0, 12.5, 0>, 2.80 texture { Red } }
  cone { <0, 12.5, 0>, 2.80, <0, 17, 0>, 2.53 texture { Plaster } }
  cone { <0, 17, 0>, 2.53, <0, 20, 0>, 2.36 texture { Red } }
  cone { <0, 20, 0>, 2.36, <0, 22, 0>, 2.25 texture { Plaster } }
  cone { <0, -1, 0>, 4.0, <0, 0.7, 0>, 3.7 texture {
    pigment { brick color rgb 0.2, color rgb <0.4, 0.37, 0.33> brick_size <0.9, 0.45, 0.6> mortar 0.05 }
    finish { ambient 0 diffuse 0.7 } } }
  #for (Number, 0, 3)
    box { <-0.45, -0.75, -3.5>, <0.45, 0.75, 0> rotate (20 - 25 * mod(Number, 2)) * y
      translate 4.5 * (Number + 0.5) * y + 0.42 * (Number) * z
      texture { pigment { color rgb <0.03, 0.035, 0.04> } finish { reflection 0.2 } } }
    box { <-0.6, 0.75, -3.62>, <0.6, 0.95, 0> rotate (20 - 25 * mod(Number, 2)) * y
      translate 4.5 * (Number + 0.5) * y + 0.42 * (Number) * z texture { Plaster } }
    box { <-0.6, -0.95, -3.62>, <0.6, -0.75, 0> rotate (20 - 25 * mod(Number, 2)) * y
      translate 4.5 * (Number + 0.5) * y + 0.42 * (Number) * z texture { Plaster } }
  #end
  box { <-0.7, 0.7, -3.62>, <0.7, 3.1, 0> rotate 30 * y
    texture { pigment { color rgb <0.10, 0.16, 0.12> } finish { ambient 0 diffuse 0.7 } } }
  // The gallery on its brackets, with a rail.
  #for (Number, 0, 15) box { <-0.12, 21.0, -3.0>, <0.12, 22, -2.0> rotate 22.5 * Number * y texture { Plaster } } #end
  cylinder { <0, 22, 0>, <0, 22.3, 0>, 3.25 texture { Plaster } }
  #for (Number, 0, 23) cylinder { <0, 22.3, -3.12>, <0, 23.4, -3.12>, 0.04 rotate 15 * Number * y texture { Iron } }
    #end
  #for (Number, 0, 3) torus { 3.12, 0.035 translate (22.6 + 0.27 * Number) * y texture { Iron } } #end
  // The lantern: a parapet, panes between bars, the lens, the dome.
  cylinder { <0, 22.3, 0>, <0, 23.3, 0>, 1.75 texture { Red } }
  cylinder { <0, 23.3, 0>, <0, 25.6, 0>, 1.6 open
    texture { pigment { color rgbt <0.8, 0.9, 0.9, 0.75> }
    finish { ambient 0 specular 0.9 roughness 0.005 reflection 0.22 } } }
  #for (Number, 0, 11) cylinder { <0, 23.3, -1.62>, <0, 25.6, -1.62>, 0.05 rotate 30 * Number * y texture { Red } } #end
  torus { 1.62, 0.05 translate 24.45 * y texture { Red } }
  #for (Number, 0, 8) torus { 0.62 - 0.03 * abs(Number - 4), 0.09 translate (23.7 + 0.19 * Number) * y
    texture { pigment { color rgb <0.75, 0.78, 0.62> }
    finish { ambient 0 diffuse 0.5 specular 0.9 roughness 0.01 reflection 0.3 } } } #end
  cylinder { <0, 25.6, 0>, <0, 25.85, 0>, 1.95 texture { Red } }
  intersection { sphere { 0, 1.85 scale <1, 0.75, 1> } plane { -y, 0 } translate 25.85 * y texture { Red } }
  sphere { <0, 27.35, 0>, 0.28 texture { Red } }
  cylinder { <0, 27.3, 0>, <0, 29.2, 0>, 0.04 texture { Iron } }
}

// The keeper's house.
#declare House = union {
  box { <-5, -2, -3>, <5, 3.2, 3> texture { Plaster } }
  prism { linear_sweep linear_spline -5, 5, 4, <-3, 3.2>, <3, 3.2>, <0, 5.7>, <-3, 3.2> rotate <-90, 90, 0>
    texture { Plaster } }
  #for (Side, -1, 1, 2)
    box { <-5.3, -0.02, -4.25>, <5.3, 0.2, 0> rotate -39.8 * x translate <0, 5.75, 0> scale <1, 1, Side>
      texture { pigment { brick color rgb <0.10, 0.04, 0.03>, color rgb <0.36, 0.13, 0.08>
        brick_size <0.4, 0.3, 0.3> mortar 0.04 } normal { bumps 0.4 scale 0.3 } finish { ambient 0 diffuse 0.7 } } }
  #end
  box { <2.6, 4.6, -0.5>, <3.7, 7.0, 0.5> texture {
    pigment { brick color rgb 0.4, color rgb <0.40, 0.16, 0.10> brick_size <0.4, 0.15, 0.25> mortar 0.03 }
    finish { ambient 0 diffuse 0.7 } } }
  #for (Number, -1, 1)
    box { <-0.62, 0.7, -3.06>, <0.62, 2.4, -2> translate 3.1 * Number * x
      texture { pigment { color rgb 0.85 } finish { ambient 0 diffuse 0.8 } } }
    box { <-0.48, 0.84, -3.08>, <-0.04, 2.26, -2> translate 3.1 * Number * x
      texture { pigment { color rgb <0.03, 0.04, 0.05> } finish { reflection 0.25 } } }
    box { <0.04, 0.84, -3.08>, <0.48, 2.26, -2> translate 3.1 * Number * x
      texture { pigment { color rgb <0.03, 0.04, 0.05> } finish { reflection 0.25 } } }
  #end
}

// The headland: steep layered rock with grass on top. Its shape falls off to the sea at the left and towards the
// camera.
#declare Rise = function(x, z) { 1 / (1 + exp(-(x * 18 - 5.4 + 2.6 * f_noise3d(z * 7, 1, x * 3)))) *
  1 / (1 + exp(-(z * 26 - 7.2 + 3.0 * f_noise3d(x * 9, 5, z * 4)))) }
#declare Rough = function(x, z) { f_ridged_mf(x * 9, 2, z * 9, 0.6, 2.3, 7, 0.7, 1.1, 2) }
#declare Headland = height_field {
  function 640, 640 { min(1, max(0, 0.62 * Rise(x, 1 - y) * (0.86 + 0.09 * Rough(x, 1 - y)) + 0.055 *
    Rough(x * 2, 2 - y * 2) - 0.03 - 0.02 * x)) }
  smooth
  texture {
    slope { y }
    texture_map {
      [0.72 pigment { granite turbulence 0.4 scale <0.12, 0.03, 0.12>
        color_map { [0.1 color rgb <0.10, 0.08, 0.065>] [0.4 color rgb <0.30, 0.25, 0.20>]
        [0.7 color rgb <0.46, 0.40, 0.32>] } } normal { granite 0.5 scale 0.02 } finish { ambient 0 diffuse 0.75 }]
      [0.86 pigment { granite scale 0.05 color_map { [0.2 color rgb <0.11, 0.16, 0.045>]
        [0.6 color rgb <0.24, 0.25, 0.09>] [0.8 color rgb <0.34, 0.29, 0.18>] } } normal { bumps 0.6 scale 0.004 }
        finish { ambient 0 diffuse 0.75 }]
    }
  }
  translate <-0.5, 0, -0.35> scale <110, 17, 100> translate <14, -0.6, 4>
}
object { Headland }
// Boulders and tufts lie where the ground is.
MakeTufts(rgb <0.13, 0.19, 0.05>, rgb <0.38, 0.34, 0.14>)
#declare Stone = array[5];
#for (Number, 0, 4)
  #declare Stone[Number] = isosurface {
    function { sqrt(x * x + y * y + z * z) - 0.85 + 0.55 * f_noise3d(x * 1.6 + Number * 5, y * 1.6, z * 1.6) + 0.10 *
      f_noise3d(x * 6, y * 6 + Number, z * 6) }
    contained_by { sphere { 0, 1 } } max_gradient 2.6 accuracy 0.02
    texture { pigment { granite turbulence 0.3 color_map { [0.1 color rgb <0.15, 0.125, 0.10>]
      [0.5 color rgb <0.34, 0.30, 0.25>] [0.85 color rgb <0.50, 0.46, 0.39>] } } normal { granite 0.4 scale 0.5 }
      finish { ambient 0 diffuse 0.75 } }
  }
#end
#for (Count, 1, 4200)
  #local From = <Between(-30, 34), 40, Between(-34, 14)>;
  #local Up = <0, 0, 0>;
  #local Spot = trace(Headland, From, -y, Up);
  #if (vlength(Up) > 0)
    #if (Spot.y > 2.4 & mod(Count, 9) > 0)
      object { Tuft[int(Between(0, 11.99))] scale <3.4, 2.0, 3.4> * Between(0.5, 1.2) rotate Between(0, 360) * y
        translate Spot }
    #end
    #if (mod(Count, 9) = 0)
      #local Size = (0.25 + 1.1 * pow(rand(Chance), 3)) * (Spot.y < 2.4 ? 2.1 : 0.8);
      object { Stone[mod(Count, 5)] scale Size * <1.3, 0.8, 1> rotate Between(0, 360) * y translate Spot }
    #end
  #end
#end
object { Tower translate <4, 8.9, 6> }
object { House rotate -12 * y translate <17, 9.3, 9> }

// The sea.
plane {
  y, 0
  texture {
    pigment { bozo turbulence 0.6 scale <14, 1, 6>
      color_map { [0.3 color rgb <0.020, 0.060, 0.085>] [0.7 color rgb <0.035, 0.095, 0.115>] } }
    normal { average normal_map { [1 bumps 0.5 scale <5, 1, 2> turbulence 0.3] [1 wrinkles 0.7 scale <3, 1, 1.2>]
      [0.6 bumps 0.6 scale 0.5] } }
    finish { ambient 0 diffuse 0.6 specular 0.4 roughness 0.01 reflection { 0.04, 0.75 fresnel on } conserve_energy }
  }
  interior { ior 1.33 }
}
// Foam where the swell meets the rock.
plane {
  y, 0.12
  texture {
    pigment {
      function { max(0, 1 - 2.2 * abs(Rise((x - 14) / 110 + 0.5, (z - 4) / 100 + 0.35) - 0.10) / 0.10) *
        (0.35 + 0.9 * f_noise3d(x * 0.5, 0, z * 0.8)) }
      color_map { [0.30 color rgbt 1] [0.55 color rgbt <0.85, 0.88, 0.88, 0.3>] [1 color rgb <0.93, 0.94, 0.94>] }
      turbulence 0.6
    }
    finish { ambient 0 diffuse 0.85 }
  }
  no_shadow
}
