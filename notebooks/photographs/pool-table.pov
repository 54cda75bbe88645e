// Billiard balls on a pool table under a lamp. Lengths are in ball diameters.
#include "common.inc"

camera {
  location <-3.6, 4.4, -10.5> look_at <1.2, 0.1, 1.2> angle 40 right x * image_width / image_height
  aperture 0.34 focal_point <-0.6, 0.5, -0.8> blur_samples 48 confidence 0.95 variance 1/3000
}

// A long lamp above the table, and a dim room.
light_source { <0, 15, 3> color rgb <1.0, 0.90, 0.74> * 1.75 area_light <9, 0, 0>, <0, 0, 3>, 7, 3 adaptive 1 jitter }
light_source { <-40, 30, -40> color rgb <0.60, 0.66, 0.85> * 0.26 shadowless }
// What the balls mirror: the lamp's two bright panels.
box { <-5.5, 16, 1.5>, <5.5, 16.1, 4.5> pigment { color rgb 1 } finish { ambient 0 emission 1.6 } no_shadow }

#declare Colors = array[8] {
  rgb <0.86, 0.60, 0.03>, rgb <0.03, 0.07, 0.40>, rgb <0.62, 0.025, 0.02>, rgb <0.15, 0.03, 0.25>,
  rgb <0.85, 0.22, 0.02>, rgb <0.015, 0.20, 0.07>, rgb <0.26, 0.02, 0.025>, rgb <0.015, 0.015, 0.018>
}
#declare Ivory = rgb <0.86, 0.82, 0.68>;
#declare Shine = finish { ambient 0 diffuse 0.72 specular 0.5 roughness 0.004
  reflection { 0.03, 0.5 fresnel on } conserve_energy }

// Ball 0 is the cue ball; 1 to 8 are solid; 9 to 15 have a stripe. The number stands in a pale circle.
#macro Ball(Number)
  union {
    #if (Number = 0)
      sphere { 0, 0.5 texture { pigment { color Ivory } finish { Shine } } interior { ior 1.5 } }
    #else
      #local Color = Colors[mod(Number - 1, 8)];
      #local Figure = text { ttf "timrom.ttf" str(Number, 0, 0) 2 0 };
      #local Low = min_extent(Figure); #local High = max_extent(Figure);
      #local Painted = union {
        object { Figure translate -<(Low.x + High.x) / 2, (Low.y + High.y) / 2, 0> scale <0.17, 0.17, 1>
          translate -1.5 * z }
        object { Figure translate -<(Low.x + High.x) / 2, (Low.y + High.y) / 2, 0> scale <0.17, 0.17, 1>
          translate -1.5 * z rotate 180 * y }
      };
      sphere {
        0, 0.5
        texture {
          pigment {
            object {
              Painted
              pigment {
                // Pale within 0.21 of the axis through the numbers, else the color, or outside the stripe pale again.
                cylindrical rotate 90 * x
                pigment_map {
                  #if (Number < 9) [0.79 color Color] #else [0.79 gradient y
                    color_map { [0.20 color Ivory] [0.20 color Color] [0.80 color Color] [0.80 color Ivory] }
                    translate -0.5 * y] #end
                  [0.79 color Ivory]
                }
              }
              pigment { color rgb 0.02 }
            }
          }
          finish { Shine }
        }
        interior { ior 1.5 }
      }
    #end
  }
#end

// Racked balls that have just been broken up, and the cue ball.
object { Ball(0) rotate 20 * x translate <-3.3, 0.5, -3.2> }
object { Ball(1) rotate <20, -35, 12> translate <-0.6, 0.5, -0.8> }
object { Ball(11) rotate <24, 8, -22> translate <1.0, 0.5, -1.6> }
object { Ball(8) rotate <30, 30, 14> translate <0.35, 0.5, 0.45> }
object { Ball(10) rotate <12, 40, 40> translate <1.45, 0.5, 0.25> }
object { Ball(3) rotate <-8, 60, 80> translate <1.9, 0.5, 1.35> }
object { Ball(14) rotate <35, -12, 50> translate <0.1, 0.5, 2.1> }
object { Ball(5) rotate <70, 20, 30> translate <2.9, 0.5, 2.2> }
object { Ball(2) rotate <20, -60, 10> translate <3.9, 0.5, -0.4> }
object { Ball(9) rotate <15, 70, -30> translate <-1.9, 0.5, 3.8> }
object { Ball(13) rotate <5, 20, -60> translate <4.4, 0.5, 4.6> }
object { Ball(6) rotate <50, 20, 0> translate <1.2, 0.5, 4.9> }
object { Ball(15) rotate <40, 10, 20> translate <-0.2, 0.5, 6.4> }

// Cloth, with nap, chalk marks and a little wear.
#declare Cloth = texture {
  pigment {
    granite scale 3
    color_map { [0.2 color rgb <0.010, 0.145, 0.085>] [0.6 color rgb <0.014, 0.175, 0.105>]
      [0.9 color rgb <0.03, 0.20, 0.13>] }
  }
  normal { average normal_map { [1 bumps 0.35 scale 0.018] [1 wrinkles 0.12 scale 0.4] } }
  finish { ambient 0 diffuse 0.8 }
}
box { <-30, -1, -30>, <8.3, 0, 8.7> texture { Cloth } }
plane { y, -9 texture { pigment { color rgb <0.13, 0.075, 0.05> } finish { ambient 0 diffuse 0.7 } } }
// Cushions and rails on the far side and at the right, with a pocket in the corner.
#declare Timber = texture {
  pigment { wood turbulence 0.12 octaves 4 scale <9, 0.35, 0.35> rotate <4, 3, 0>
    color_map { [0 color rgb <0.26, 0.09, 0.035>] [0.6 color rgb <0.40, 0.15, 0.06>]
    [1 color rgb <0.22, 0.08, 0.032>] } }
  finish { ambient 0 diffuse 0.7 specular 0.45 roughness 0.02 reflection { 0.02, 0.35 fresnel on } conserve_energy }
}
#macro Side(From, To)
  union {
    // The cushion's nose stands over the cloth; its cloth ends where the wood begins.
    mesh {
      triangle { <From, 0.64, 0>, <To, 0.64, 0>, <To + 0.8, 0.76, 1.0> }
        triangle { <From, 0.64, 0>, <To + 0.8, 0.76, 1.0>, <From - 0.8, 0.76, 1.0> }
      triangle { <From, 0.64, 0>, <To, 0.64, 0>, <To, 0.52, 0.03> }
        triangle { <From, 0.64, 0>, <To, 0.52, 0.03>, <From, 0.52, 0.03> }
      triangle { <From, 0.52, 0.03>, <To, 0.52, 0.03>, <To, 0, 0.45> }
        triangle { <From, 0.52, 0.03>, <To, 0, 0.45>, <From, 0, 0.45> }
      triangle { <To, 0.64, 0>, <To, 0, 0.45>, <To + 0.8, 0.76, 1.0> }
        triangle { <From, 0.64, 0>, <From, 0, 0.45>, <From - 0.8, 0.76, 1.0> }
      texture { Cloth }
    }
    box { <From - 2, -1.5, 1.0>, <To + 3.2, 0.78, 3.3> texture { Timber } }
    cylinder { <From - 2, 0.70, 3.3>, <To + 3.2, 0.70, 3.3>, 0.08 texture { Timber } }
    #for (Number, 0, 3) box { <-0.14, 0, -0.14>, <0.14, 0.005, 0.14> rotate 45 * y scale <0.6, 1, 1>
      translate <To - 2.4 - Number * 4.4, 0.78, 2.1>
      texture { pigment { color rgb <0.85, 0.82, 0.72> } finish { diffuse 0.8 specular 0.5 roughness 0.01 } } } #end
  }
#end
object { Side(-14, 6.9) translate 8.6 * z }
object { Side(-7.4, 12) rotate 90 * y translate 8.2 * x }
// The corner pocket, rimmed with leather.
cylinder { <8.15, -0.1, 8.55>, <8.15, 0.004, 8.55>, 1.15 texture { pigment { color rgb 0.006 } } }
cylinder { <8.55, 0, 8.95>, <8.55, 0.79, 8.95>, 1.0 texture { pigment { color rgb 0.006 } } }
torus { 1.0, 0.10 translate <8.55, 0.77, 8.95> texture { pigment { color rgb <0.10, 0.05, 0.03> }
  finish { diffuse 0.7 specular 0.2 } } }
// The cue.
cone { <-3.75, 0.62, -3.95>, 0.10, <-9.5, 2.0, -15>, 0.22
  texture { pigment { wood turbulence 0.1 scale <0.05, 0.05, 2> rotate 27 * y
  color_map { [0 color rgb <0.62, 0.42, 0.20>] [1 color rgb <0.74, 0.54, 0.30>] } }
  finish { ambient 0 diffuse 0.7 specular 0.4 roughness 0.02 } } }
cone { <-3.68, 0.603, -3.82>, 0.098, <-3.75, 0.62, -3.95>, 0.10
  texture { pigment { color rgb <0.05, 0.18, 0.38> } finish { ambient 0 diffuse 0.7 } } }
// The room behind.
plane { z, 60 texture { pigment { wood turbulence 0.1 scale <3, 40, 3>
  color_map { [0 color rgb <0.20, 0.13, 0.08>] [1 color rgb <0.32, 0.20, 0.13>] } }
  finish { ambient 0 diffuse 0.7 } } }
