// Hot-air balloons over wooded hills in the morning. Lengths are in meters.
#include "common.inc"
#include "functions.inc"

camera { location <0, 24, -72> look_at <3, 29, 0> angle 34 right x * image_width / image_height }

light_source { <-700, 420, -620> color rgb <1.0, 0.86, 0.66> * 1.7
  area_light <40, 0, 0>, <0, 40, 0>, 2, 2 adaptive 0 jitter }
light_source { <300, 900, -200> color rgb <0.50, 0.64, 0.90> * 0.35 shadowless }
light_source { <100, -600, -300> color rgb <0.40, 0.42, 0.30> * 0.25 shadowless }
Sky(rgb <0.16, 0.36, 0.70>, rgb <0.78, 0.83, 0.88>, 0.62, 1.5, 35)
fog { distance 1500 color rgb <0.70, 0.77, 0.86> fog_type 2 fog_offset 0 fog_alt 40 }

#declare Profile = spline {
  cubic_spline
  -0.1 <-1.5, 8.9> 0.0 <0.02, 9.0> 0.1 <2.6, 8.6> 0.2 <5.0, 7.4> 0.32 <7.4, 5.0> 0.45 <8.9, 1.2> 0.55 <9.0, -1.6>
  0.68 <7.9, -5.0> 0.8 <5.9, -8.3> 0.92 <3.4, -11.9> 1.0 <1.9, -14.0> 1.1 <0.5, -16>
}
#declare Segment = Gore(24, 0.022, 60, 6)

#macro Balloon(First, Second, Third, Stagger)
  union {
    #for (Number, 0, 23)
      object {
        Segment
        // Panels of cloth, a meter high, sewn together; the colors climb around the balloon.
        texture { pigment {
          gradient y
          color_map {
            [0.00 color First * 0.93] [0.16 color First]
            [0.16 color Second] [0.42 color Second * 1.05]
            [0.42 color Third] [0.56 color Third * 0.97]
            [0.56 color First] [0.80 color First * 1.04]
            [0.80 color Second] [0.93 color Second] [0.93 color First] [1.00 color First]
          }
          scale 24 translate (-14.6 + Stagger * (mod(Number, 6) < 3 ? mod(Number, 6) : 6 - mod(Number, 6))) * y
        }
        normal { wrinkles 0.12 scale <0.8, 1.6, 0.8> }
        finish { ambient 0 diffuse 0.62, 0.36 specular 0.08 roughness 0.08 } }
        rotate 15 * Number * y
      }
      // The load tape over each seam.
      sphere_sweep {
        cubic_spline 12,
        #for (Knot, 0, 11)
          #local Along = Profile(Knot / 11);
          <Along.x * sin(radians(15 * Number + 7.5)), Along.y, -Along.x * cos(radians(15 * Number + 7.5))>, 0.028
        #end
        texture { pigment { color First * 0.35 } finish { ambient 0 diffuse 0.6 } }
      }
    #end
    // Basket, ropes and burner.
    #for (Number, 0, 7)
      cylinder { <1.85 * cos(Number * pi / 4), -14, 1.85 * sin(Number * pi / 4)>,
        <0.62 * cos(Number * pi / 4), -16.6, 0.62 * sin(Number * pi / 4)>, 0.022
        pigment { color rgb 0.15 } }
    #end
    #for (Number, 0, 3)
      cylinder { <0.62, -16.6, 0.62>, <0.62, -18.0, 0.62>, 0.05 rotate 90 * Number * y pigment { color rgb 0.3 } }
      cylinder { <0.66, -16.6, 0.66>, <0.66, -16.6, -0.66>, 0.06 rotate 90 * Number * y pigment { color rgb 0.5 }
        finish { specular 0.6 } }
      cylinder { <0.80, -18.0, 0.80>, <0.80, -18.0, -0.80>, 0.09 rotate 90 * Number * y
        pigment { color rgb <0.16, 0.08, 0.04> } }
    #end
    difference {
      box { <-0.8, -19.3, -0.8>, <0.8, -18.0, 0.8> }
      box { <-0.7, -19.2, -0.7>, <0.7, -17.0, 0.7> }
      texture {
        pigment { brick color rgb <0.12, 0.07, 0.035>, color rgb <0.42, 0.27, 0.13>
          brick_size <0.2, 0.09, 0.2> mortar 0.025 }
        finish { ambient 0 diffuse 0.8 }
      }
    }
    cone { <0, -16.4, 0>, 0.16, <0, -15.9, 0>, 0.1 pigment { color rgb 0.6 } }
    #for (Number, 0, 2)
      sphere { 0, 0.17 scale <1, 1.3, 1> translate <-0.4 + 0.4 * Number, -17.25, -0.1 + 0.2 * mod(Number, 2)>
        pigment { color rgb <0.35, 0.22, 0.16> } }
      sphere { 0, 0.30 scale <0.9, 1.6, 0.7> translate <-0.4 + 0.4 * Number, -17.85, -0.1 + 0.2 * mod(Number, 2)>
        pigment { color rgb <0.10 + 0.2 * Number, 0.14, 0.30 - 0.12 * Number> } }
    #end
  }
#end

object { Balloon(rgb <0.70, 0.05, 0.04>, rgb <0.92, 0.55, 0.05>, rgb <0.93, 0.86, 0.66>, 1.6) rotate 20 * y
  translate <-5, 35.5, 0> }
object { Balloon(rgb <0.05, 0.14, 0.42>, rgb <0.90, 0.88, 0.82>, rgb <0.20, 0.48, 0.70>, 2.4) rotate 50 * y
  translate <68, 57, 165> }

// Hills with fields and woods.
height_field {
  function 400, 400 { 0.5 * f_ridged_mf(x * 3.1, 4.3, y * 3.1, 0.7, 2.1, 5, 0.6, 1.1, 0) * (0.25 + 0.75 * (1 - y)) }
  smooth
  texture {
    pigment {
      crackle form <-1, 1, 0> turbulence 0.08
      color_map { [0.10 color rgb <0.04, 0.075, 0.025>] [0.14 color rgb <0.14, 0.20, 0.055>]
        [0.4 color rgb <0.21, 0.25, 0.075>] [0.8 color rgb <0.33, 0.30, 0.13>] }
      scale <0.03, 1, 0.03>
    }
    finish { ambient 0 diffuse 0.75 }
  }
  translate <-0.5, 0, 0> scale <2600, 95, 2200> translate <0, -36, 60>
}
#declare Wood = array[4];
#for (Number, 0, 3) #declare Wood[Number] = object { Tree(900, 0.09,
  rgb <0.05 + 0.018 * Number, 0.095 + 0.012 * Number, 0.03>) } #end
#for (Count, 1, 420)
  #local Deep = 60 + 400 * pow(rand(Chance), 1.6);
  object { Wood[mod(Count, 4)] rotate Between(0, 360) * y scale <1.2, 1, 1.2> * Between(10, 19)
    translate <Between(-0.36, 0.36) * (Deep + 90), -5 - 0.02 * Deep, Deep> }
#end
