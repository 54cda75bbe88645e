// A white wooden village church with its steeple, on a lawn with trees. Lengths are in meters.
#include "common.inc"

camera { location <0, 1.7, -34> look_at <0.6, 10.2, 0> angle 43 right x * image_width / image_height }

light_source { <-360, 330, -420> color rgb <1.0, 0.90, 0.74> * 1.65
  area_light <14, 0, 0>, <0, 14, 0>, 3, 3 adaptive 0 jitter circular orient }
light_source { <200, 900, -300> color rgb <0.52, 0.66, 0.92> * 0.36 shadowless }
light_source { <100, -300, -300> color rgb <0.42, 0.45, 0.26> * 0.22 shadowless }
Sky(rgb <0.12, 0.31, 0.66>, rgb <0.66, 0.77, 0.88>, 0.58, 1.3, 80)

// Paint over weatherboards, a little dirty and worn.
#declare Paint = texture {
  pigment {
    granite turbulence 0.3 scale <0.5, 2.2, 0.5>
    color_map { [0.2 color rgb <0.83, 0.82, 0.78>] [0.55 color rgb <0.78, 0.77, 0.72>]
      [0.8 color rgb <0.60, 0.59, 0.54>] }
  }
  finish { ambient 0 diffuse 0.82 }
}
#declare Trim = texture { pigment { color rgb <0.84, 0.83, 0.80> } finish { ambient 0 diffuse 0.8 } }
#declare Slate = texture {
  pigment { brick color rgb <0.05, 0.05, 0.055>, color rgb <0.17, 0.17, 0.19>
    brick_size <0.35, 0.22, 0.35> mortar 0.025 }
  normal { granite 0.3 scale 0.4 }
  finish { ambient 0 diffuse 0.7 specular 0.15 roughness 0.06 }
}
#declare Pane = texture {
  pigment { color rgb <0.03, 0.035, 0.045> }
  normal { bumps 0.04 scale 0.5 }
  finish { ambient 0 diffuse 0.3 specular 0.6 roughness 0.01 reflection 0.35 }
}

// Weatherboards on a wall that faces -z, from Left to Right and from Low to High; each leans out at its foot.
#macro Boards(Left, Right, Low, High)
  #local Level = Low;
  #while (Level < High)
    box { <Left, 0, 0>, <Right, 0.17, 0.06> rotate Between(9, 13) * x translate <0, Level, -0.045> }
    #local Level = Level + 0.16;
  #end
#end

// A window with a pointed arch: Wide and High to the spring of the arch. It stands on the origin and faces -z.
#macro Arch(Wide, High, Thick)
  union {
    box { <-Wide / 2, 0, -Thick>, <Wide / 2, High, 0.1> }
    intersection {
      cylinder { <-Wide / 2, High, -Thick>, <-Wide / 2, High, 0.1>, Wide }
      cylinder { <Wide / 2, High, -Thick>, <Wide / 2, High, 0.1>, Wide }
      box { <-Wide / 2, High - 0.01, -Thick>, <Wide / 2, High + Wide, 0.1> }
    }
  }
#end
#macro Window(Wide, High)
  union {
    difference { Arch(Wide + 0.30, High, 0.13) object { Arch(Wide, High, 0.3) translate 0.001 * y } texture { Trim } }
    object { Arch(Wide, High, 0.03) texture { Pane } }
    box { <-0.03, 0, -0.07>, <0.03, High + Wide * 0.8, 0> texture { Trim } }
    #for (Bar, 1, 5) box { <-Wide / 2, Bar * High / 5 - 0.018, -0.06>, <Wide / 2, Bar * High / 5 + 0.018, 0>
      texture { Trim } } #end
    box { <-Wide / 2 - 0.22, -0.14, -0.22>, <Wide / 2 + 0.22, 0.02, 0> texture { Trim } }
  }
#end
// Louvers, where the bell hangs.
#macro Louver(Wide, High)
  union {
    difference { Arch(Wide + 0.26, High, 0.12) object { Arch(Wide, High, 0.3) translate 0.001 * y } texture { Trim } }
    object { Arch(Wide, High, 0.01) pigment { color rgb 0.03 } }
    #local Level = 0.05;
    #while (Level < High + 0.2)
      box { <-Wide / 2, 0, 0>, <Wide / 2, 0.02, 0.16> rotate 40 * x translate <0, Level + 0.08, -0.11>
        pigment { color rgb <0.30, 0.34, 0.30> } }
      #local Level = Level + 0.13;
    #end
  }
#end

// The nave: 10 wide, 16 long, eaves at 5.4, ridge at 10; the tower stands before it.
#declare Nave = union {
  box { <-5, 0.5, 0>, <5, 5.4, 16> texture { Paint } }
  prism { linear_sweep linear_spline 0, 16, 4, <-5, 5.4>, <5, 5.4>, <0, 10>, <-5, 5.4> rotate -90 * x scale <1, 1, -1>
    texture { Paint } }
  union { Boards(-5, 5, 0.5, 5.4) texture { Paint } }
  intersection {
    union { Boards(-5, 5, 5.4, 10) }
    plane { <-4.6, 5, 0>, 0 translate <-5, 5.4, 0> }
    plane { <4.6, 5, 0>, 0 translate <5, 5.4, 0> }
    texture { Paint }
  }
  union { Boards(0, 16, 0.5, 5.4) rotate 90 * y translate <-5, 0, 16> texture { Paint } }
  #for (Side, -1, 1, 2)
    box { <0, 0, -0.45>, <7.4, 0.22, 16.4> rotate degrees(atan2(4.6, 5)) * z translate <-5.45, 4.95, 0>
      scale <-Side, 1, 1> texture { Slate } }
    box { <0, -0.30, -0.42>, <7.35, -0.02, -0.18> rotate degrees(atan2(4.6, 5)) * z translate <-5.45, 4.97, 0>
      scale <Side, 1, 1> texture { Trim } }
    box { <Side * 5 - 0.14, 0.5, -0.12>, <Side * 5 + 0.14, 5.3, 0.1> texture { Trim } }
    object { Window(1.05, 2.4) translate <Side * 3.55, 1.6, -0.05> }
  #end
  #for (Number, 0, 3) object { Window(1.1, 2.6) rotate 90 * y translate <-5.05, 1.6, 2.2 + 3.8 * Number> } #end
  box { <-5.15, -0.5, -0.12>, <5.15, 0.5, 16.1>
    texture { pigment { brick color rgb <0.20, 0.19, 0.17>, color rgb <0.36, 0.33, 0.29>
      brick_size <0.7, 0.3, 0.5> mortar 0.04 } normal { granite 0.4 scale 0.5 } finish { ambient 0 diffuse 0.7 } } }
}

#macro Stage(Half, Low, High)
  box { <-Half, Low, -Half>, <Half, High, Half> texture { Paint } }
  #for (Turn, 0, 3)
    union { Boards(-Half, Half, Low, High - 0.1) translate -Half * z rotate 90 * Turn * y texture { Paint } }
    box { <-0.13, Low, -0.13>, <0.13, High, 0.13> translate <Half, 0, -Half> rotate 90 * Turn * y texture { Trim } }
  #end
  box { <-Half - 0.22, High, -Half - 0.22>, <Half + 0.22, High + 0.16, Half + 0.22> texture { Trim } }
  box { <-Half - 0.36, High + 0.16, -Half - 0.36>, <Half + 0.36, High + 0.34, Half + 0.36> texture { Trim } }
#end

#declare Tower = union {
  Stage(1.9, 0.5, 9.6)
  Stage(1.45, 9.9, 13.0)
  box { <-2.05, -0.5, -2.05>, <2.05, 0.5, 2.05> texture {
    pigment { granite color_map { [0 color rgb 0.18] [1 color rgb <0.4, 0.37, 0.33>] } }
    finish { ambient 0 diffuse 0.7 } } }
  // The spire, eight-sided, with a cross.
  #for (Turn, 0, 7)
    triangle { <-0.62, 13.3, -1.5>, <0.62, 13.3, -1.5>, <0, 20.6, 0> rotate 45 * Turn * y texture { Slate } }
  #end
  sphere { <0, 20.6, 0>, 0.14 texture { pigment { color rgb <0.75, 0.55, 0.18> }
    finish { ambient 0 diffuse 0.5 specular 0.8 roughness 0.03 metallic } } }
  union {
    box { <-0.05, 20.6, -0.05>, <0.05, 22.3, 0.05> } box { <-0.45, 21.55, -0.05>, <0.45, 21.65, 0.05> }
    texture { pigment { color rgb <0.70, 0.52, 0.18> }
      finish { ambient 0 diffuse 0.5 specular 0.8 roughness 0.03 metallic } }
  }
  #for (Turn, 0, 3) object { Louver(1.1, 1.35) translate <0, 10.5, -1.5> rotate 90 * Turn * y } #end
  // The round window over the door.
  torus { 0.62, 0.1 rotate 90 * x translate <0, 7.7, -1.97> texture { Trim } }
  cylinder { <0, 7.7, -1.97>, <0, 7.7, -1.8>, 0.62 texture { Pane } }
  #for (Turn, 0, 3) box { <-0.6, -0.025, -0.03>, <0.6, 0.025, 0> rotate 45 * Turn * z translate <0, 7.7, -1.97>
    texture { Trim } } #end
  object { Window(0.9, 1.4) translate <0, 4.9, -1.95> }
  // Door, two wings, and steps.
  difference { Arch(1.95, 2.3, 0.16) object { Arch(1.6, 2.3, 0.4) translate 0.001 * y } translate <0, 0.5, -1.95>
    texture { Trim } }
  object { Arch(1.6, 2.3, 0.04) translate <0, 0.5, -1.95>
    texture { pigment { wood turbulence 0.05 color_map { [0 color rgb <0.22, 0.035, 0.025>]
    [1 color rgb <0.30, 0.05, 0.035>] } scale <0.08, 1, 0.08> }
    finish { ambient 0 diffuse 0.7 specular 0.2 roughness 0.03 } } }
  box { <-0.02, 0.5, -2.02>, <0.02, 3.9, -1.95> pigment { color rgb 0.03 } }
  #for (Step, 0, 2) box { <-1.5 - 0.25 * Step, -0.5, -2.5 - 0.35 * Step>,
    <1.5 + 0.25 * Step, 0.45 - 0.16 * Step, -1.9>
    texture { pigment { granite color_map { [0 color rgb 0.26] [1 color rgb <0.46, 0.44, 0.40>] } }
    finish { ambient 0 diffuse 0.75 } } } #end
}

union { object { Nave } object { Tower translate -1.2 * z } rotate 27 * y translate <1.2, 0, 2> }

// Lawn, path and trees.
plane { y, 0 texture { pigment { bozo turbulence 0.5
  color_map { [0.2 color rgb <0.06, 0.11, 0.025>] [0.8 color rgb <0.14, 0.19, 0.05>] } scale 2 }
  normal { bumps 0.6 scale 0.1 } finish { ambient 0 diffuse 0.7 } } }
MakeTufts(rgb <0.10, 0.20, 0.035>, rgb <0.30, 0.30, 0.10>)
Lawn(-34, -30.5, 18, 0.42, 0.5, 0.012)
#declare Wood = array[4];
#for (Number, 0, 3) #declare Wood[Number] = object { Tree(5200, 0.035,
  rgb <0.055 + 0.02 * Number, 0.105 + 0.012 * Number, 0.028>) } #end
object { Wood[1] rotate 40 * y scale <12, 11, 12> translate <-11.5, -0.3, 6> }
object { Wood[2] rotate 190 * y scale <14, 13, 14> translate <13.5, -0.3, 13> }
object { Wood[0] scale <9, 8, 9> translate <16, -0.3, 3> }
#for (Count, 1, 34) object { Wood[mod(Count, 4)] rotate Between(0, 360) * y scale <1.3, 1, 1.3> * Between(7, 12)
  translate <-50 + 3 * Count, -0.5, 36 + Between(-5, 8)> } #end
// Shrubs along the foundation.
#for (Count, 1, 12) object { Wood[mod(Count, 2)] rotate Between(0, 360) * y scale <1.6, 1.1, 1.6> * Between(1.2, 1.8)
  translate <-7.41 + Count * 0.35, -0.7, 9 - Count * 0.9> } #end
