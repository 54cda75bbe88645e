// A tennis ball on a clay court by the line. Lengths are in centimeters.
#include "common.inc"

camera {
  location <-1.5, 5.2, -23> look_at <1.1, 3.4, 0> angle 34 right x * image_width / image_height
  aperture 0.9 focal_point <0, 3.4, -3.0> blur_samples 48 confidence 0.95 variance 1/3000
}

light_source { <-420, 380, -300> color rgb <1.0, 0.91, 0.76> * 1.65
  area_light <22, 0, 0>, <0, 22, 0>, 3, 3 adaptive 0 jitter circular orient }
light_source { <100, 800, -200> color rgb <0.52, 0.66, 0.92> * 0.34 shadowless }
light_source { <60, -400, -200> color rgb <0.60, 0.26, 0.12> * 0.26 shadowless }
Sky(rgb <0.15, 0.36, 0.70>, rgb <0.74, 0.82, 0.90>, 0.5, 1.4, 60)

// The seam: a closed curve on the unit sphere.
#declare Bend = 0.44;
#macro Seam(Angle)
  vnormalize(<(1 - Bend / 2) * cos(Angle) + Bend / 2 * cos(3 * Angle),
    (1 - Bend / 2) * sin(Angle) - Bend / 2 * sin(3 * Angle), 2 * sqrt(Bend / 2 * (1 - Bend / 2)) * sin(2 * Angle)>)
#end
#declare Marks = 160;
#declare Curve = array[Marks];
#for (Index, 0, Marks - 1) #declare Curve[Index] = Seam(2 * pi * Index / Marks); #end

#declare Ball = union {
  sphere { 0, 3.22 texture { pigment { color rgb <0.36, 0.46, 0.04> } finish { ambient 0 diffuse 0.7 } } }
  sphere_sweep {
    cubic_spline Marks + 3,
    #for (Index, 0, Marks + 2) Curve[mod(Index + Marks - 1, Marks)] * 3.20, 0.15 #end
    tolerance 0.0001
    texture { pigment { color rgb <0.80, 0.81, 0.70> } normal { granite 0.2 scale 0.2 }
      finish { ambient 0 diffuse 0.75 } }
  }
  // Felt: thousands of fibers that lie this way and that; none on the seam.
  #for (Shade, 0, 3)
    mesh {
      #for (Count, 1, 8000)
        #local Up = Between(-1, 1);
        #local Around = Between(0, 2 * pi);
        #local Out = <sqrt(1 - Up * Up) * cos(Around), Up, sqrt(1 - Up * Up) * sin(Around)>;
        #local Nearest = 2;
        #for (Index, 0, Marks - 1, 3)
          #local Nearest = min(Nearest, vlength(Curve[Index] - Out));
        #end
        #if (Nearest > 0.072)
          #local Lean = vnormalize(vcross(Out, <Between(-1, 1), Between(-1, 1), Between(-1, 1)>)) * Between(0.08, 0.42);
          #local Side = vnormalize(vcross(Out, Lean)) * 0.022;
          triangle { Out * 3.2 - Side, Out * 3.2 + Side, Out * Between(3.24, 3.35) + Lean }
        #end
      #end
      texture { pigment { color rgb <0.54 + 0.07 * Shade, 0.66 + 0.06 * Shade, 0.05 + 0.035 * Shade> }
        finish { ambient 0 diffuse 0.62, 0.35 } }
    }
  #end
}
object { Ball rotate <25, 40, 62> translate <0.2, 3.22, 0> }
object { Ball rotate <80, 10, 20> translate <13, 3.22, 34> }

// Clay: crushed brick, rolled, with loose grains; a painted line crosses behind the ball.
plane {
  y, 0
  texture {
    pigment { granite turbulence 0.3 scale 9 color_map { [0.15 color rgb <0.36, 0.125, 0.055>]
      [0.5 color rgb <0.45, 0.165, 0.075>] [0.85 color rgb <0.54, 0.24, 0.12>] } }
    normal { average normal_map { [1 granite 0.5 scale 0.8] [1 bumps 0.8 scale 0.12] [1 wrinkles 0.5 scale 4] } }
    finish { ambient 0 diffuse 0.8 }
  }
}
box {
  <-90, 0, 0>, <90, 0.06, 5> rotate -9 * y translate <0, 0, 9>
  texture {
    pigment { granite turbulence 0.5 scale 5 color_map { [0.0 color rgb <0.82, 0.78, 0.72>]
      [0.55 color rgb <0.76, 0.68, 0.60>] [0.72 color rgb <0.50, 0.24, 0.13>] [1 color rgb <0.45, 0.17, 0.08>] } }
    normal { granite 0.4 scale 0.6 }
    finish { ambient 0 diffuse 0.85 }
  }
}
#declare Grain = mesh {
  #for (Count, 1, 8)
    triangle { <Between(-1, 1), Between(0, 0.9), Between(-1, 1)>, <Between(-1, 1), -0.2, Between(-1, 1)>,
      <Between(-1, 1), -0.2, Between(-1, 1)> }
  #end
}
#for (Count, 1, 7000)
  #local Deep = -13 + 60 * pow(rand(Chance), 2);
  object { Grain scale Between(0.02, 0.10) * (1 + max(0, Deep) * 0.03) rotate Between(0, 360) * y
    translate <Between(-0.45, 0.45) * (Deep + 25), 0, Deep>
    texture { pigment { color rgb <0.46, 0.18, 0.085> * Between(0.6, 1.35) } finish { ambient 0 diffuse 0.8 } } }
#end
// The fence of the court, covered in green, and trees.
box { <-400, 0, 330>, <400, 95, 331> texture { pigment { gradient x
  color_map { [0 color rgb <0.03, 0.11, 0.06>] [0.96 color rgb <0.04, 0.13, 0.075>] [0.97 color rgb 0.25]
  [1 color rgb 0.25] } scale 70 } normal { wrinkles 0.5 scale 20 } finish { ambient 0 diffuse 0.7 } } }
#declare Wood = object { Tree(1800, 0.06, rgb <0.06, 0.12, 0.03>) }
#for (Count, 1, 16) object { Wood rotate Between(0, 360) * y scale Between(170, 260)
  translate <-420 + 52 * Count, 10, 420 + Between(-20, 30)> } #end
