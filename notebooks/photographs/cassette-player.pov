// A portable cassette player with two loudspeakers, on a shelf before a papered wall. Lengths are in centimeters.
#include "common.inc"

camera {
  location <-9, 19, -66> look_at <0.3, 10.6, 0> angle 39 right x * image_width / image_height
  aperture 1.6 focal_point <-2, 10, -6> blur_samples 48 confidence 0.95 variance 1/3000
}

light_source { <-90, 90, -70> color rgb <1.0, 0.95, 0.88> * 1.25
  area_light <24, 0, 0>, <0, 24, 0>, 4, 4 adaptive 0 jitter circular orient }
light_source { <90, 50, -90> color rgb <0.85, 0.88, 1.0> * 0.26 shadowless }
light_source { <0, 80, 20> color rgb <1.0, 0.90, 0.75> * 0.12 shadowless }
box { <-70, 40, -110>, <-20, 90, -109> pigment { color rgb 1 }
  finish { ambient 0 diffuse 0 emission 0.9 } no_shadow no_image }

// Plastic, brushed metal, chrome; dust and wear come from granite.
#declare Plastic = texture {
  pigment { granite turbulence 0.2 scale 6 color_map { [0.3 color rgb <0.055, 0.055, 0.06>]
    [0.75 color rgb <0.075, 0.073, 0.072>] [0.95 color rgb <0.17, 0.16, 0.15>] } }
  normal { bumps 0.18 scale 0.05 }
  finish { ambient 0 diffuse 0.75 specular 0.22 roughness 0.06 }
}
#declare Metal = texture {
  pigment { granite scale <14, 0.10, 1> color_map { [0.1 color rgb <0.50, 0.50, 0.49>]
    [0.8 color rgb <0.66, 0.65, 0.63>] } }
  normal { granite 0.05 scale <8, 0.08, 1> }
  finish { ambient 0 diffuse 0.62 specular 0.4 roughness 0.06 metallic reflection 0.08 }
}
#declare Chrome = texture { pigment { color rgb 0.55 } normal { granite 0.02 scale 1 }
  finish { ambient 0 diffuse 0.25 specular 0.8 roughness 0.01 metallic reflection 0.5 } }
#declare Ink = texture { pigment { color rgb 0.03 } finish { ambient 0 diffuse 0.6 } }

#macro Round(Low, High, Radius)
  union {
    box { Low + <Radius, Radius, 0>, High - <Radius, Radius, 0> }
    box { Low + <Radius, 0, Radius>, High - <Radius, 0, Radius> }
    box { Low + <0, Radius, Radius>, High - <0, Radius, Radius> }
    #for (A, 0, 1) #for (B, 0, 1)
      cylinder { <Low.x + Radius, Low.y + Radius + A * (High.y - Low.y - 2 * Radius),
        Low.z + Radius + B * (High.z - Low.z - 2 * Radius)>,
        <High.x - Radius, Low.y + Radius + A * (High.y - Low.y - 2 * Radius),
        Low.z + Radius + B * (High.z - Low.z - 2 * Radius)>, Radius }
      cylinder { <Low.x + Radius + A * (High.x - Low.x - 2 * Radius), Low.y + Radius,
        Low.z + Radius + B * (High.z - Low.z - 2 * Radius)>,
        <Low.x + Radius + A * (High.x - Low.x - 2 * Radius), High.y - Radius,
        Low.z + Radius + B * (High.z - Low.z - 2 * Radius)>, Radius }
      cylinder { <Low.x + Radius + A * (High.x - Low.x - 2 * Radius),
        Low.y + Radius + B * (High.y - Low.y - 2 * Radius), Low.z + Radius>,
        <Low.x + Radius + A * (High.x - Low.x - 2 * Radius), Low.y + Radius + B * (High.y - Low.y - 2 * Radius),
        High.z - Radius>, Radius }
      #for (C, 0, 1) sphere { <Low.x + Radius + A * (High.x - Low.x - 2 * Radius),
        Low.y + Radius + B * (High.y - Low.y - 2 * Radius), Low.z + Radius + C * (High.z - Low.z - 2 * Radius)>,
        Radius } #end
    #end #end
  }
#end
#macro Label(Words, Size, At, Color)
  #local Line = text { ttf "cyrvetic.ttf" Words 0.02 0 };
  object { Line translate -max_extent(Line).x / 2 * x scale <Size, Size, 1> translate At
    texture { pigment { color Color } finish { ambient 0 diffuse 0.8 } } }
#end

// A loudspeaker behind a punched grille; Radius to its chrome ring.
#macro Speaker(Radius)
  union {
    torus { Radius, 0.42 rotate 90 * x translate -0.3 * z texture { Chrome } }
    torus { Radius - 0.75, 0.3 rotate 90 * x translate -0.1 * z texture { Ink } }
    disc {
      0, z, Radius
      texture {
        pigment {
          function { min(1, 2 * sqrt(pow(abs(mod(abs(x) * 2.4 + 0.5 * mod(floor(abs(y) * 2.77), 2), 1) - 0.5), 2) +
            pow((mod(abs(y) * 2.77, 1) - 0.5) * 0.87, 2))) }
          color_map { [0.60 color rgb 0.008] [0.66 color rgb <0.18, 0.18, 0.185>] [1 color rgb <0.24, 0.24, 0.245>] }
        }
        normal { function { -0.5 * exp(-(x * x + y * y) * 0.08) } 3 }
        finish { ambient 0 diffuse 0.7 specular 0.3 roughness 0.05 metallic }
      }
    }
    #for (Turn, 0, 3) sphere { <Radius * 1.0, 0, -0.6>, 0.22 scale <1, 1, 0.8> rotate (45 + 90 * Turn) * z
      texture { Chrome } } #end
  }
#end

#declare Player = union {
  difference {
    object { Round(<-21, 0, -5>, <21, 17.2, 5>, 1.1) }
    box { <-6.6, 1.6, -6>, <6.6, 10.2, -3.9> }
    texture { Plastic }
  }
  // The front of brushed metal around the deck, with the dial above it.
  difference {
    box { <-8.2, 0.9, -5.10>, <8.2, 16.3, -4.9> }
    box { <-6.6, 1.6, -6>, <6.6, 10.2, -3.9> }
    texture { Metal }
  }
  object { Speaker(5.9) translate <-14.4, 7.4, -5.12> }
  object { Speaker(5.9) translate <14.4, 7.4, -5.12> }
  // The deck: the well, the cassette, its reels and label, the door's window and rim.
  box { <-6.6, 1.6, -3.95>, <6.6, 10.2, -3.9> texture { Ink } }
  union {
    object { Round(<-5.05, 2.9, -4.5>, <5.05, 9.3, -3.9>, 0.22)
      texture { pigment { color rgb <0.045, 0.042, 0.04> }
      finish { ambient 0 diffuse 0.7 specular 0.4 roughness 0.03 } } }
    box { <-4.6, 4.3, -4.53>, <4.6, 8.9, -4.4> texture {
      pigment { granite scale 4 color_map { [0.2 color rgb <0.86, 0.80, 0.66>] [0.9 color rgb <0.74, 0.66, 0.52>] } }
      finish { ambient 0 diffuse 0.8 } } }
    box { <-4.6, 4.3, -4.535>, <4.6, 5.0, -4.4> texture { pigment { color rgb <0.70, 0.13, 0.05> }
      finish { ambient 0 diffuse 0.8 } } }
    box { <-4.6, 5.0, -4.535>, <4.6, 5.3, -4.4> texture { pigment { color rgb <0.85, 0.45, 0.07> }
      finish { ambient 0 diffuse 0.8 } } }
    #for (Line, 0, 1) box { <-4.1, 7.55 + 0.62 * Line, -4.536>, <4.1, 7.58 + 0.62 * Line, -4.4> texture { Ink } } #end
    Label("Side A    Evening songs", 0.72, <0, 8.28, -4.54>, rgb <0.06, 0.08, 0.30>)
    object { Round(<-3.2, 5.45, -4.56>, <3.2, 7.3, -4.3>, 0.12) texture { Ink } }
    #for (Side, -1, 1, 2)
      cylinder { <Side * 2.12, 6.38, -4.60>, <Side * 2.12, 6.38, -4.2>, 0.78
        texture { pigment { color rgb <0.80, 0.79, 0.75> } finish { ambient 0 diffuse 0.8 specular 0.3 } } }
      cylinder { <Side * 2.12, 6.38, -4.62>, <Side * 2.12, 6.38, -4.2>, 0.56 texture { Ink } }
      #for (Tooth, 0, 5) box { <-0.09, 0.30, -4.64>, <0.09, 0.60, -4.3> rotate (60 * Tooth + 17 * Side) * z
        translate <Side * 2.12, 6.38, 0> texture { pigment { color rgb <0.80, 0.79, 0.75> }
        finish { ambient 0 diffuse 0.8 } } } #end
    #end
    // Tape wound on the left reel.
    difference { cylinder { <-0.55, 6.38, -4.575>, <-0.55, 6.38, -4.3>, 0.95 }
      cylinder { <-2.12, 6.38, -5>, <-2.12, 6.38, -4>, 0.9 }
      texture { pigment { color rgb <0.16, 0.075, 0.04> } finish { ambient 0 diffuse 0.6 specular 0.4 } } }
    #for (Hole, -1, 1, 2) cylinder { <Hole * 1.2, 3.4, -4.52>, <Hole * 1.2, 3.4, -4>, 0.22 texture { Ink } }
      cylinder { <Hole * 4.6, 3.3, -4.55>, <Hole * 4.6, 3.3, -4>, 0.17 texture { Chrome } } #end
  }
  difference { object { Round(<-6.75, 1.45, -5.35>, <6.75, 10.35, -4.8>, 0.25) }
    box { <-5.9, 2.3, -6>, <5.9, 9.6, -4> } texture { Plastic } }
  box { <-5.9, 2.3, -5.12>, <5.9, 9.6, -5.08> texture { pigment { color rgbt <0.9, 0.9, 0.9, 0.93> }
    finish { ambient 0 diffuse 0.1 specular 0.4 roughness 0.01 reflection { 0.02, 0.35 fresnel on } } }
    interior { ior 1.4 } }
  Label("STEREO CASSETTE", 0.62, <0, 1.72, -5.37>, rgb <0.75, 0.74, 0.70>)
  // The dial.
  box { <-7.4, 11.2, -5.16>, <7.4, 15.6, -5.0>
    texture { pigment { color rgb <0.02, 0.022, 0.024> }
      finish { ambient 0 diffuse 0.6 specular 0.6 roughness 0.01 reflection { 0.02, 0.3 fresnel on } } }
    interior { ior 1.5 } }
  #for (Mark, 0, 40)
    box { <-6.8 + 0.34 * Mark, 13.2, -5.18>, <-6.76 + 0.34 * Mark, 13.5 + (mod(Mark, 5) = 0 ? 0.28 : 0), -5.1>
      pigment { color rgb <0.80, 0.82, 0.75> } finish { ambient 0 diffuse 0.9 } }
    box { <-6.8 + 0.34 * Mark, 12.35, -5.18>, <-6.76 + 0.34 * Mark, 12.6 + (mod(Mark, 4) = 0 ? 0.2 : 0), -5.1>
      pigment { color rgb <0.80, 0.62, 0.25> } finish { ambient 0 diffuse 0.9 } }
  #end
  #for (Number, 0, 5)
    Label(str(88 + 4 * Number, 0, 0), 0.72, <-6 + 2.4 * Number, 14.15, -5.18>, rgb <0.80, 0.82, 0.75>)
    Label(str(540 + 200 * Number, 0, 0), 0.6, <-6 + 2.4 * Number, 11.6, -5.18>, rgb <0.80, 0.62, 0.25>)
  #end
  Label("FM", 0.6, <-7, 14.95, -5.18>, rgb <0.8, 0.82, 0.75>)
  box { <1.9, 11.3, -5.2>, <2.02, 15.3, -5.1>
    pigment { color rgb <0.85, 0.06, 0.03> } finish { ambient 0 emission 0.25 diffuse 0.8 } }
  // Piano keys on the top, knobs, tone controls over the speakers.
  #for (Key, 0, 5)
    object { Round(<-6.7 + 2.25 * Key, 16.9, -4.9>, <-4.6 + 2.25 * Key, 18.0 - (Key = 1 ? 0.45 : 0), -1.2>, 0.18)
      texture { #if (Key = 0) pigment { color rgb <0.50, 0.04, 0.03> }
      finish { ambient 0 diffuse 0.7 specular 0.4 roughness 0.02 } #else Metal #end } }
  #end
  #for (Side, -1, 1, 2)
    #for (Number, 0, 1)
      cylinder { <Side * (11.6 + 4.9 * Number), 15.2, -6.3>, <Side * (11.6 + 4.9 * Number), 15.2, -5>, 0.95
        texture { Metal } }
      torus { 0.9, 0.1 rotate 90 * x translate <Side * (11.6 + 4.9 * Number), 15.2, -6.25> texture { Chrome } }
      box { <-0.06, 0.2, -6.42>, <0.06, 0.85, -6.2> rotate (30 + 50 * Number * Side) * z
        translate <Side * (11.6 + 4.9 * Number), 15.2, 0> texture { Ink } }
    #end
  #end
  Label("VOLUME", 0.5, <-16.5, 13.75, -5.02>, rgb 0.7) Label("TONE", 0.5, <-11.6, 13.75, -5.02>,
    rgb 0.7) Label("BALANCE", 0.5, <11.6, 13.75, -5.02>, rgb 0.7) Label("TUNING", 0.5, <16.5, 13.75, -5.02>, rgb 0.7)
  // The aerial and the handle.
  cylinder { <16, 17, 4.2>, <31, 33, 4.2>, 0.22 texture { Chrome } }
  sphere_sweep { linear_spline 4, <-19.6, 15.5, 1>, 0.7, <-19.6, 21.2, 1>, 0.7, <19.6, 21.2, 1>, 0.7, <19.6, 15.5, 1>,
    0.7 texture { Plastic } }
}
object { Player rotate 9 * y }

// The shelf and the wall.
box {
  <-120, -4, -26>, <120, 0, 30>
  texture {
    pigment { wood turbulence <0.5, 0.08, 0.08> octaves 6 scale <30, 1.6, 1.6> rotate <1, 1, 2> translate 5
      color_map { [0 color rgb <0.32, 0.18, 0.09>] [0.5 color rgb <0.44, 0.27, 0.14>]
      [1 color rgb <0.27, 0.15, 0.075>] } }
    normal { granite 0.06 scale <6, 0.5, 0.5> }
    finish { ambient 0 diffuse 0.75 specular 0.25 roughness 0.05 reflection { 0.01, 0.25 fresnel on } conserve_energy }
  }
  interior { ior 1.5 }
}
plane { -z, -30 texture { pigment { granite turbulence 0.3 scale 60
  color_map { [0.2 color rgb <0.50, 0.47, 0.36>] [0.8 color rgb <0.60, 0.56, 0.44>] } }
  normal { bumps 0.25 scale 0.6 } finish { ambient 0 diffuse 0.75 } } }
// Cassettes in their boxes beside the player.
#for (Number, 0, 4)
  union {
    object { Round(<-5.4, 0, -3.4>, <5.4, 1.65, 3.4>, 0.12)
      texture { pigment { color rgb <0.05, 0.05, 0.055> }
      finish { ambient 0 diffuse 0.7 specular 0.5 roughness 0.01 } } }
    box { <-5.1, 0.2, -3.42>, <5.1, 1.45, -3.3> texture {
      pigment { color rgb <0.75 * Between(0.5, 1.1), 0.70 * Between(0.3, 1.1), 0.60 * Between(0.2, 1.1)> }
      finish { ambient 0 diffuse 0.8 } } }
    Label("Songs " , 0.8, <-1, 0.55, -3.45>, rgb 0.05)
    rotate Between(-7, 7) * y translate <-27.5, 1.67 * Number, -4>
  }
#end
