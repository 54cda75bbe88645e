// Daisies in a meadow. Lengths are in centimeters.
#include "common.inc"

camera {
  location <0, 12.5, -15> look_at <0.4, 8.6, 0> angle 43 right x * image_width / image_height
  aperture 0.75 focal_point <-0.9, 9.8, -2.6> blur_samples 24 confidence 0.9 variance 1/400
}

light_source { <-320, 460, -260> color rgb <1.0, 0.93, 0.80> * 1.55
  area_light <18, 0, 0>, <0, 18, 0>, 3, 3 adaptive 0 jitter circular orient }
light_source { <150, 800, -100> color rgb <0.52, 0.66, 0.92> * 0.36 shadowless }
light_source { <0, -400, -200> color rgb <0.40, 0.50, 0.20> * 0.24 shadowless }
Sky(rgb <0.20, 0.42, 0.75>, rgb <0.74, 0.83, 0.90>, 0.5, 1.4, 60)

// A petal lies along +x from 0.75 to Long, cupped across and drooping a little; it has a cleft tip and grooves.
#macro Petal(Long, Wide, Droop, Twist)
  #local Rows = 9; #local Columns = 6;
  #local Spot = array[Rows + 1][Columns + 1];
  #for (Row, 0, Rows)
    #local Along = Row / Rows;
    #for (Column, 0, Columns)
      #local Across = 2 * Column / Columns - 1;
      #local Half = Wide * pow(sin(pi * (0.10 + 0.80 * pow(Along, 0.8))), 0.55);
      #local Tip = 0.16 * Across * Across + 0.03 * cos(3 * pi * Across);
      #local Spot[Row][Column] = <0.62 + (Long - 0.62) * (Along - Tip * pow(Along, 4)),
        -Droop * Along * Along + 0.16 * Along + 0.13 * Across * Across * Wide / 0.35 + 0.022 * cos(3 * pi * Across) +
        Twist * Across * Along, Half * Across>;
    #end
  #end
  #for (Row, 0, Rows - 1)
    #for (Column, 0, Columns - 1)
      #for (Which, 0, 1)
        #local Corner = array[3];
        #local Corner[0] = <Row, Column>; #local Corner[1] = <Row + 1, Column + 1>;
        #if (Which = 0) #local Corner[2] = <Row + 1, Column>; #else #local Corner[2] = <Row, Column + 1>; #end
        #local Normal = array[3];
        #for (Index, 0, 2)
          #local R = Corner[Index].u; #local C = Corner[Index].v;
          #local Normal[Index] = vcross(Spot[min(R + 1, Rows)][C] - Spot[max(R - 1, 0)][C],
            Spot[R][min(C + 1, Columns)] - Spot[R][max(C - 1, 0)]);
        #end
        smooth_triangle {
          Spot[Corner[0].u][Corner[0].v], Normal[0], Spot[Corner[1].u][Corner[1].v], Normal[1],
            Spot[Corner[2].u][Corner[2].v], Normal[2]
        }
      #end
    #end
  #end
#end

#macro Flower(Petals, Long)
  union {
    #for (Ring, 0, 1)
      #for (Number, 1, Petals)
        mesh {
          Petal(Long * Between(0.88, 1.05), Between(0.24, 0.33), Between(0.0, 0.45) + 0.1 * Ring, Between(-0.14, 0.14))
          texture {
            pigment { gradient x color_map { [0 color rgb <0.72, 0.74, 0.52>] [0.38 color rgb <0.90, 0.90, 0.86>]
              [1 color rgb <0.93, 0.93, 0.91>] } scale Long }
            finish { ambient 0 diffuse 0.62, 0.30 specular 0.05 roughness 0.1 }
          }
          rotate 360 * (Number + 0.5 * Ring + Between(-0.2, 0.2)) / Petals * y translate -0.05 * Ring * y
        }
      #end
    #end
    // The eye: florets along the golden angle, open at the rim, budded in the middle.
    #for (Number, 1, 230)
      #local Share = sqrt(Number / 230);
      sphere {
        0, 0.060 scale <1, 1.3 + 0.7 * Share, 1>
        translate <0.88 * Share * cos(Number * 2.39996),
          0.20 + 0.24 * (1 - pow(Share, 2.5)) - 0.10 * exp(-pow(Share / 0.28, 2)) + Between(-0.015, 0.02), 0.88 *
          Share * sin(Number * 2.39996)>
        texture { pigment { color rgb <0.88, 0.54 + 0.10 * (1 - Share) * Between(0.3, 1.2), 0.015> *
          Between(0.80, 1.05) } finish { ambient 0 diffuse 0.75 specular 0.1 } }
      }
    #end
    sphere { 0, 0.86 scale <1, 0.40, 1> texture { pigment { color rgb <0.50, 0.30, 0.015> }
      finish { ambient 0 diffuse 0.7 } } }
    sphere { 0, 0.75 scale <1, 0.5, 1> translate -0.2 * y
      texture { pigment { color rgb <0.12, 0.22, 0.05> } finish { ambient 0 diffuse 0.7 } } }
  }
#end
#declare Kinds = array[4];
#for (Number, 0, 3) #declare Kinds[Number] = object { Flower(14 + mod(Number, 3), 2.5 + 0.15 * Number) } #end

#macro Daisy(Kind, At, Lean, Turn)
  object { Kinds[Kind] rotate Turn * y rotate Lean translate At }
  sphere_sweep {
    cubic_spline 5,
    <At.x - 0.6, -4, At.z + 1>, 0.13, <At.x - 0.5, 0, At.z + 1>, 0.13, <At.x - 0.1, At.y * 0.6, At.z + 0.5>, 0.12,
      <At.x, At.y - 0.15, At.z>, 0.12, <At.x, At.y + 2, At.z>, 0.1
    texture { pigment { color rgb <0.13, 0.24, 0.05> } finish { ambient 0 diffuse 0.7 } }
  }
#end
Daisy(0, <-1.5, 9.6, -3.0>, <-34, 0, 10>, 0)
Daisy(1, <3.6, 8.7, 0.4>, <-24, 0, -16>, 30)
Daisy(2, <-5.6, 8.4, 3.4>, <-16, 0, 14>, 70)
Daisy(3, <0.9, 9.2, 6.5>, <-14, 0, -6>, 10)
Daisy(0, <7.6, 9.3, 9.0>, <-20, 0, 8>, 50)
#for (Count, 1, 34)
  Daisy(mod(Count, 4), <Between(-0.5, 0.5) * (14 + Count * 2.0), Between(6.5, 9.5), 8 + Count * 1.7>,
    <Between(-36, 4), 0, Between(-20, 20)>, Between(0, 90))
#end

// Grass and leaves: tall blades among the stalks.
MakeTufts(rgb <0.10, 0.22, 0.035>, rgb <0.26, 0.30, 0.08>)
#for (Count, 1, 1500)
  #local Deep = -9 + 62 * pow(rand(Chance), 1.4);
  object { Tuft[int(Between(0, 11.99))] scale <12, Between(18, 29), 12> rotate Between(0, 360) * y
    translate <Between(-0.55, 0.55) * (Deep + 19), -0.5, Deep> }
#end
plane { y, 0 texture { pigment { color rgb <0.03, 0.06, 0.015> } finish { ambient 0 diffuse 0.6 } } }
#declare Wood = object { Tree(1500, 0.07, rgb <0.05, 0.11, 0.03>) }
#for (Count, 1, 18) object { Wood rotate Between(0, 360) * y scale Between(40, 70)
  translate <-150 + 16 * Count, -6, 140 + Between(-10, 20)> } #end
