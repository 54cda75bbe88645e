// A round parachute in the sky, seen from below. Lengths are in meters.
#include "common.inc"

camera { location <1.5, -3.5, -17> look_at <0.5, 6.6, 0> angle 52 right x * image_width / image_height }

light_source { <-500, 600, -260> color rgb <1.0, 0.93, 0.80> * 1.75 }
light_source { <300, 300, -600> color rgb <0.55, 0.68, 0.92> * 0.30 shadowless }
light_source { <0, -600, -200> color rgb <0.55, 0.55, 0.45> * 0.35 shadowless }
Sky(rgb <0.10, 0.28, 0.62>, rgb <0.60, 0.73, 0.88>, 0.55, 1.1, 140)

#declare Profile = spline {
  cubic_spline
  -0.1 <-0.4, 3.42> 0 <0.28, 3.40> 0.15 <1.25, 3.24> 0.35 <2.55, 2.65> 0.55 <3.55, 1.75> 0.75 <4.12, 0.75> 0.9 <4.22,
    0.10> 1 <4.12, -0.28> 1.1 <3.9, -0.6>
}
#declare Ribs = 24;
#declare Segment = Gore(Ribs, 0.055, 40, 8)

#declare Person = union {
  // Jumpsuit, harness, helmet.
  sphere_sweep { cubic_spline 5, <0, 0.7, 0.05>, 0.17, <0, 0.55, 0>, 0.19, <0, 0.25, 0>, 0.17, <0, 0.02, -0.03>, 0.17,
    <0, -0.1, 0>, 0.15 }
  #for (Side, -1, 1, 2)
    sphere_sweep { cubic_spline 6, <0, 0.55, 0>, 0.08, <Side * 0.20, 0.55, 0>, 0.085, <Side * 0.34, 0.78, -0.06>,
      0.068, <Side * 0.24, 1.08, -0.04>, 0.052, <Side * 0.22, 1.16, 0>, 0.052, <Side * 0.2, 1.3, 0>, 0.04 }
    sphere_sweep { cubic_spline 6, <Side * 0.06, 0.1, 0>, 0.12, <Side * 0.10, -0.05, -0.03>, 0.12,
      <Side * 0.13, -0.42, -0.20>, 0.09, <Side * 0.14, -0.78, -0.02>, 0.07, <Side * 0.15, -0.86, -0.06>, 0.065,
      <Side * 0.15, -0.9, -0.2>, 0.05 }
    sphere { 0, 0.09 scale <0.9, 0.7, 1.8> translate <Side * 0.15, -0.90, -0.10> pigment { color rgb 0.03 } }
    sphere { <Side * 0.22, 1.17, -0.01>, 0.06 pigment { color rgb <0.50, 0.32, 0.24> } }
    cylinder { <Side * 0.10, 0.70, -0.15>, <Side * 0.12, 0.0, -0.19>, 0.028 pigment { color rgb 0.04 } }
    cylinder { <Side * 0.12, 0.60, 0>, <Side * 0.24, 1.5, 0>, 0.022 pigment { color rgb 0.04 } }
  #end
  box { <-0.17, 0.05, 0.10>, <0.17, 0.62, 0.30> pigment { color rgb <0.06, 0.08, 0.06> } }
  torus { 0.175, 0.028 translate 0.08 * y pigment { color rgb 0.04 } }
  sphere { 0, 0.135 scale <0.95, 1.1, 1.05> translate <0, 0.88, 0> pigment { color rgb <0.75, 0.72, 0.68> }
    finish { specular 0.5 roughness 0.02 } }
  sphere { 0, 0.105 scale <0.85, 1.05, 0.8> translate <0, 0.83, -0.065> pigment { color rgb <0.50, 0.32, 0.24> } }
  box { <-0.09, 0.85, -0.165>, <0.09, 0.91, -0.10> pigment { color rgb 0.02 } finish { specular 0.9 roughness 0.01 } }
  texture { pigment { bozo color_map { [0.3 color rgb <0.13, 0.16, 0.09>] [0.6 color rgb <0.20, 0.22, 0.12>] }
    scale 0.12 } normal { wrinkles 0.6 scale 0.1 } finish { ambient 0 diffuse 0.75 } }
}

union {
  #for (Number, 0, Ribs - 1)
    #local Angle = 2 * pi * (Number + 0.5) / Ribs;
    object {
      Segment
      texture {
        pigment {
          gradient y
          #if (mod(Number, 4) < 2)
            color_map { [0 color rgb <0.85, 0.24, 0.03>] [0.85 color rgb <0.85, 0.24, 0.03>]
              [0.85 color rgb <0.86, 0.84, 0.78>] }
          #else
            color_map { [0 color rgb <0.86, 0.84, 0.78>] [0.85 color rgb <0.86, 0.84, 0.78>]
              [0.85 color rgb <0.85, 0.24, 0.03>] }
          #end
          scale 4.2 translate -0.6 * y
        }
        normal { wrinkles 0.25 scale <0.5, 0.25, 0.5> }
        finish { ambient 0 diffuse 0.50, 0.42 specular 0.06 roughness 0.1 }
      }
      rotate 360 / Ribs * Number * y
    }
    // A seam along the gore's edge, and the suspension line from its end to the riser.
    sphere_sweep {
      cubic_spline 12,
      #for (Knot, 0, 11)
        #local Along = Profile(Knot / 11);
        <Along.x * sin(Angle), Along.y, -Along.x * cos(Angle)>, 0.014
      #end
      pigment { color rgb 0.25 }
    }
    #local Rim = Profile(1);
    cylinder { <Rim.x * sin(Angle), Rim.y, -Rim.x * cos(Angle)>, <(sin(Angle) > 0 ? 0.24 : -0.24), -6.2, 0>, 0.010
      pigment { color rgb 0.75 } }
  #end
  object { Person rotate 25 * y translate <0, -7.7, 0> }
  rotate <-6, 9, 5>
  translate <0.5, 9.6, 0>
}

// Far treetops at the lower edge.
#declare Wood = object { Tree(1600, 0.06, rgb <0.05, 0.09, 0.03>) }
#for (Count, 1, 60)
  object { Wood rotate Between(0, 360) * y scale <1.2, 1, 1.2> * Between(8, 13)
    translate <-60 + 2 * Count + Between(-1, 1), -9.5, 60 + Between(-8, 8)> }
#end
